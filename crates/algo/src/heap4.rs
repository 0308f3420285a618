//! A min-heap with four children per node, on a slice that the caller owns.
//!
//! Half as deep as a binary heap, and the four children of a node lie on one or two cache lines: cheaper for timers,
//! which are mostly added and removed again near the bottom.
//!
//! H1  `key(parent) <= key(child)` for all but the item being repaired.
//! H2  Every move tells the item its new index, so that its owner can remove it without a search.

/// What the heap stores: small, copied freely.
pub trait HeapItem: Copy {
    /// The order; the smallest comes first.
    fn key(&self) -> i64;
    /// The item now lies at `index`.
    fn set_index(&mut self, index: usize);
}

const FANOUT: usize = 4;

/// Moves item `i` up to where it belongs, and returns that index. For an item that was appended or whose key fell.
pub fn sift_up<T: HeapItem>(heap: &mut [T], mut i: usize) -> usize {
    let item = heap[i];
    while i > 0 {
        let parent = (i - 1) / FANOUT;
        if heap[parent].key() <= item.key() {
            break;
        }
        place(heap, i, heap[parent]);
        i = parent;
    }
    place(heap, i, item);
    i
}

/// Moves item `i` down to where it belongs, and returns that index. For an item whose key rose.
pub fn sift_down<T: HeapItem>(heap: &mut [T], mut i: usize) -> usize {
    let item = heap[i];
    while let Some(child) = least_child(heap, i) {
        if item.key() <= heap[child].key() {
            break;
        }
        place(heap, i, heap[child]);
        i = child;
    }
    place(heap, i, item);
    i
}

/// Restores the order around item `i` after its key changed either way; returns its new index.
pub fn repair<T: HeapItem>(heap: &mut [T], i: usize) -> usize {
    match sift_up(heap, i) {
        at if at == i => sift_down(heap, i),
        at => at,
    }
}

/// Moves item `i` to the last index and orders the rest; the caller then shortens the slice by one.
pub fn detach<T: HeapItem>(heap: &mut [T], i: usize) {
    let last = heap.len() - 1;
    let (gone, moved) = (heap[i], heap[last]);
    place(heap, last, gone);
    if i < last {
        place(heap, i, moved);
        repair(&mut heap[..last], i);
    }
}

/// Orders a slice from scratch, in linear time.
pub fn heapify<T: HeapItem>(heap: &mut [T]) {
    for i in 0..heap.len() {
        place(heap, i, heap[i]); // H2 for the items that do not move below
    }
    for i in (0..heap.len().div_ceil(FANOUT)).rev() {
        sift_down(heap, i);
    }
}

/// Does H1 hold everywhere?
pub fn is_heap<T: HeapItem>(heap: &[T]) -> bool {
    (1..heap.len()).all(|i| heap[(i - 1) / FANOUT].key() <= heap[i].key())
}

fn least_child<T: HeapItem>(heap: &[T], i: usize) -> Option<usize> {
    let first = i * FANOUT + 1;
    let children = heap.get(first..heap.len().min(first + FANOUT))?;
    children
        .iter()
        .enumerate()
        .min_by_key(|(_, item)| item.key())
        .map(|(nth, _)| first + nth)
}

fn place<T: HeapItem>(heap: &mut [T], i: usize, item: T) {
    heap[i] = item;
    heap[i].set_index(i);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[derive(Clone, Copy, Debug)]
    struct Item {
        when: i64,
        index: usize,
    }

    impl HeapItem for Item {
        fn key(&self) -> i64 {
            self.when
        }
        fn set_index(&mut self, index: usize) {
            self.index = index;
        }
    }

    fn verify(heap: &[Item]) {
        assert!(is_heap(heap), "order: {heap:?}");
        assert!(
            heap.iter().enumerate().all(|(i, item)| item.index == i),
            "indices: {heap:?}"
        );
    }

    #[derive(Clone, Debug)]
    enum Op {
        Add(i64),
        Remove(usize),
        Change(usize, i64),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            3 => (-50i64..50).prop_map(Op::Add),
            1 => any::<usize>().prop_map(Op::Remove),
            2 => (any::<usize>(), -50i64..50).prop_map(|(i, when)| Op::Change(i, when)),
        ]
    }

    fn apply(op: &Op, heap: &mut Vec<Item>, model: &mut Vec<i64>) {
        let n = heap.len();
        match *op {
            Op::Add(when) => {
                heap.push(Item { when, index: n });
                model.push(when);
                sift_up(heap, n);
            }
            Op::Remove(i) if n > 0 => {
                detach(heap, i % n);
                let gone = heap.pop().unwrap().when;
                model.swap_remove(model.iter().position(|&w| w == gone).unwrap());
            }
            Op::Change(i, when) if n > 0 => {
                let old = heap[i % n].when;
                heap[i % n].when = when;
                let at = repair(heap, i % n);
                assert_eq!(heap[at].when, when);
                *model.iter_mut().find(|w| **w == old).unwrap() = when;
            }
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn prop_agrees_with_a_sorted_list(ops in prop::collection::vec(op(), 0..200)) {
            let (mut heap, mut model) = (Vec::new(), Vec::new());
            for op in &ops {
                apply(op, &mut heap, &mut model);
                verify(&heap);
                prop_assert_eq!(heap.first().map(|item| item.when), model.iter().copied().min());
            }
        }

        #[test]
        fn prop_heapify_orders_anything(keys in prop::collection::vec(any::<i64>(), 0..100)) {
            let mut heap: Vec<_> = keys.iter().map(|&when| Item { when, index: 99 }).collect();
            heapify(&mut heap);
            verify(&heap);
        }
    }
}
