"""Scaleway's own Python SDK against a sandbox: it lists, creates and deletes what scout lists, creates and deletes.

The sandbox is found by the variables that `scout sandbox` prints. Any exception is a failure.
"""

from scaleway import Client
from scaleway.account.v3 import AccountV3ProjectAPI
from scaleway.cockpit.v1 import CockpitV1GlobalAPI, CockpitV1RegionalAPI
from scaleway.container.v1 import ContainerV1API
from scaleway.edge_services.v1beta1 import EdgeServicesV1Beta1API
from scaleway.function.v1beta1 import FunctionV1Beta1API
from scaleway.instance.v1 import InstanceV1API
from scaleway.jobs.v1alpha2 import JobsV1Alpha2API
from scaleway.k8s.v1 import K8SV1API
from scaleway.lb.v1 import LbV1ZonedAPI
from scaleway.rdb.v1 import RdbV1API
from scaleway.redis.v1 import RedisV1API
from scaleway.serverless_sqldb.v1alpha1 import ServerlessSqldbV1Alpha1API
from scaleway.vpc.v2 import VpcV2API
from scaleway_core.api import ScalewayException

client = Client.from_env()
project = client.default_project_id


def token_is_created_listed_and_deleted():
    """The life of a token, and what is said of one that is gone."""
    cockpit = CockpitV1RegionalAPI(client)
    made = cockpit.create_token(name="sdk-check", project_id=project, token_scopes=["read_only_logs"])
    assert len(made.secret_key) == 64, "the secret comes with the creation"
    assert [str(scope) for scope in made.scopes] == ["read_only_logs"], made
    names = [token.name for token in cockpit.list_tokens_all(project_id=project)]
    assert "sdk-check" in names, names
    assert cockpit.get_token(token_id=made.id).secret_key is None, "and never again"
    cockpit.delete_token(token_id=made.id)
    names = [token.name for token in cockpit.list_tokens_all(project_id=project)]
    assert "sdk-check" not in names, names
    try:
        cockpit.delete_token(token_id=made.id)
    except ScalewayException as error:
        assert error.status_code == 404, error
    else:
        raise AssertionError("a token was deleted twice")


def cockpit_lists_what_it_has():
    """Data sources of both types, alerts, Grafana."""
    cockpit = CockpitV1RegionalAPI(client)
    sources = cockpit.list_data_sources_all(project_id=project, origin="scaleway")
    assert sorted(str(source.type_) for source in sources) == ["logs", "metrics"], sources
    assert all(source.url.startswith("http") for source in sources)
    logs = cockpit.list_data_sources_all(project_id=project, types=["logs"])
    assert [str(source.type_) for source in logs] == ["logs"], logs
    assert cockpit.list_alerts(project_id=project).total_count > 20
    cockpit.get_alert_manager(project_id=project)
    assert CockpitV1GlobalAPI(client).get_grafana(project_id=project).grafana_url


def every_kind_is_listed():
    """One list for each kind of resource; the scenario has one of most kinds."""
    lists = {
        "containers": ContainerV1API(client).list_containers_all(project_id=project),
        "container namespaces": ContainerV1API(client).list_namespaces_all(project_id=project),
        "function namespaces": FunctionV1Beta1API(client).list_namespaces_all(project_id=project),
        "databases": RdbV1API(client).list_instances_all(project_id=project),
        "redis": RedisV1API(client).list_clusters_all(project_id=project),
        "instances": InstanceV1API(client).list_servers_all(project=project),
        "clusters": K8SV1API(client).list_clusters_all(project_id=project),
        "load balancers": LbV1ZonedAPI(client).list_lbs_all(project_id=project),
        "pipelines": EdgeServicesV1Beta1API(client).list_pipelines_all(project_id=project),
        "private networks": VpcV2API(client).list_private_networks_all(project_id=project),
        "vpcs": VpcV2API(client).list_vp_cs_all(project_id=project),
        "job definitions": JobsV1Alpha2API(client).list_job_definitions_all(project_id=project),
        "job runs": JobsV1Alpha2API(client).list_job_runs_all(project_id=project),
        "sql databases": ServerlessSqldbV1Alpha1API(client).list_databases_all(project_id=project),
        "projects": AccountV3ProjectAPI(client).list_projects_all(organization_id=client.default_organization_id),
    }
    namespace = lists["function namespaces"][0].id
    lists["functions"] = FunctionV1Beta1API(client).list_functions_all(namespace_id=namespace, project_id=project)
    for what, found in lists.items():
        assert found, f"no {what}"
        assert all(entry.id for entry in found), what
    assert str(lists["containers"][0].status) == "ready"
    assert str(lists["instances"][0].state) == "running"
    cluster = lists["clusters"][0].id
    assert K8SV1API(client).list_pools_all(cluster_id=cluster)
    assert K8SV1API(client).list_nodes_all(cluster_id=cluster)
    LbV1ZonedAPI(client).list_backend_stats_all(lb_id=lists["load balancers"][0].id)
    container = lists["containers"][0]
    assert ContainerV1API(client).get_container(container_id=container.id).name == container.name


def a_wrong_key_is_refused():
    """401 arrives as the SDK's own exception."""
    stranger = Client.from_env()
    stranger.secret_key = "11111111-1111-1111-1111-111111111111"
    try:
        CockpitV1RegionalAPI(stranger).list_tokens(project_id=project)
    except ScalewayException as error:
        assert error.status_code == 401, error
    else:
        raise AssertionError("a wrong key was taken")


for check in (token_is_created_listed_and_deleted, cockpit_lists_what_it_has, every_kind_is_listed, a_wrong_key_is_refused):
    check()
    print("ok", check.__name__)
