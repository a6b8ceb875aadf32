//! Go's `container/heap`: which of equal values `topk` and `bottomk` keep depends on how it sifts.

/// Adds an item; `before` says which of two stands nearer the top.
pub(super) fn push<T>(heap: &mut Vec<T>, item: T, before: &impl Fn(&T, &T) -> bool) {
    heap.push(item);
    let mut child = heap.len() - 1;
    while child > 0 {
        let parent = (child - 1) / 2;
        if !before(&heap[child], &heap[parent]) {
            break;
        }
        heap.swap(child, parent);
        child = parent;
    }
}

/// Removes the item at the top.
pub(super) fn pop<T>(heap: &mut Vec<T>, before: &impl Fn(&T, &T) -> bool) -> Option<T> {
    let last = heap.len().checked_sub(1)?;
    heap.swap(0, last);
    let mut parent = 0;
    loop {
        let left = 2 * parent + 1;
        if left >= last {
            break;
        }
        let right = left + 1;
        let child = if right < last && before(&heap[right], &heap[left]) {
            right
        } else {
            left
        };
        if !before(&heap[child], &heap[parent]) {
            break;
        }
        heap.swap(parent, child);
        parent = child;
    }
    heap.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_in_order() {
        let less = |a: &i32, b: &i32| a < b;
        let mut heap = Vec::new();
        for item in [5, 1, 4, 1, 3] {
            push(&mut heap, item, &less);
        }
        let order: Vec<i32> = std::iter::from_fn(|| pop(&mut heap, &less)).collect();
        assert_eq!(order, [1, 1, 3, 4, 5]);
    }
}
