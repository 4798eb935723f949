//! Small maps and sets as sorted lists. A page knows some rooms and some people; at that size a list is as quick as a tree,
//! and in the browser's program it weighs a tenth for each pair of types.

use std::mem;

/// A map in the order of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

/// A set in order.
pub type SortedSet<K> = Sorted<K, ()>;

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy, V> Sorted<K, V> {
    fn find(&self, key: K) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |(key, _)| *key)
    }

    pub fn contains(&self, key: K) -> bool {
        self.find(key).is_ok()
    }

    pub fn get(&self, key: K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.0[at].1)
    }

    /// What is there, or what is made for it now.
    pub fn get_or(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = self.find(key).unwrap_or_else(|at| {
            self.0.insert(at, (key, make()));
            at
        });
        &mut self.0[at].1
    }

    /// Puts `value` there; answers what it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(key) {
            Ok(at) => Some(mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    pub fn remove(&mut self, key: K) -> Option<V> {
        self.find(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Takes out the first `count`, or as many as there are.
    pub fn take_first(&mut self, count: usize) -> Self {
        let rest = self.0.split_off(count.min(self.0.len()));
        Self(mem::replace(&mut self.0, rest))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn retain(&mut self, mut keep: impl FnMut(K) -> bool) {
        self.0.retain(|(key, _)| keep(*key));
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (*key, value))
    }
}

impl<K: Ord + Copy> SortedSet<K> {
    /// Puts `key` in; false where it was in already.
    pub fn add(&mut self, key: K) -> bool {
        self.insert(key, ()).is_none()
    }
}

impl<K: Ord + Copy, V> FromIterator<(K, V)> for Sorted<K, V> {
    /// Of two values for one key the later one stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut all = Self::default();
        for (key, value) in pairs {
            all.insert(key, value);
        }
        all
    }
}

impl<K, V> IntoIterator for Sorted<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_first_ones_are_taken_out_and_the_others_stay() {
        let mut list: SortedSet<u8> = (0..5).map(|key| (key, ())).collect();
        let keys = |list: &SortedSet<u8>| list.iter().map(|(key, ())| key).collect::<Vec<_>>();
        assert_eq!((keys(&list.take_first(3)), keys(&list)), (vec![0, 1, 2], vec![3, 4]));
        assert_eq!((keys(&list.take_first(3)), list.is_empty()), (vec![3, 4], true));
    }

    proptest! {
        #[test]
        fn it_does_what_a_tree_does(steps in proptest::collection::vec((0..5_u8, 0..20_u8, any::<u16>()), 0..200)) {
            let (mut list, mut tree) = (Sorted::default(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 | 1 => prop_assert_eq!(list.insert(key, value), tree.insert(key, value)),
                    2 => prop_assert_eq!(list.remove(key), tree.remove(&key)),
                    3 => prop_assert_eq!(list.get_or(key, || value), tree.entry(key).or_insert(value)),
                    _ => {
                        list.retain(|key| u16::from(key) != value % 20);
                        tree.retain(|key, _| u16::from(*key) != value % 20);
                    }
                }
                prop_assert_eq!(list.get(key), tree.get(&key));
                prop_assert_eq!(list.get_mut(key), tree.get_mut(&key));
                prop_assert_eq!(list.contains(key), tree.contains_key(&key));
                prop_assert_eq!((list.len(), list.is_empty()), (tree.len(), tree.is_empty()));
                prop_assert!(list.iter().map(|(key, value)| (key, *value)).eq(tree.clone()));
            }
            prop_assert!(list.iter_mut().map(|(key, value)| (key, *value)).eq(tree.clone()));
            prop_assert_eq!(&tree.clone().into_iter().rev().collect::<Sorted<_, _>>(), &list);
            prop_assert!(list.clone().into_iter().eq(tree));
            list.clear();
            prop_assert!(list.is_empty());
        }
    }
}
