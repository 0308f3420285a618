//! `cap()` after `append` equals stock Go 1.25's, row by row: `golden/append_cap.txt`, made by `golden/append_cap.go`.

use goxide_algo::size_class::append_cap;

const MAX_BYTES: usize = 1 << 48;

#[test]
fn capacity_after_append_equals_stock() {
    let table = include_str!("golden/append_cap.txt");
    for row in table.lines() {
        let columns: Vec<usize> = row.split(' ').map(|n| n.parse().unwrap()).collect();
        let [elem, noscan, old_cap, added, expected] = columns[..] else {
            panic!("five columns: {row}")
        };
        let cap = append_cap(old_cap + added, old_cap, elem, noscan == 1, MAX_BYTES);
        assert_eq!(cap, Some(expected), "{row}");
    }
    assert!(table.lines().count() > 5000);
}
