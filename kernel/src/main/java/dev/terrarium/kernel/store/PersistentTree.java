package dev.terrarium.kernel.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable B+ tree from bytes to bytes; a change makes a new tree that shares all but one path
/// with the old.
///
/// The memory store is a reference to one of these. That makes its three hard promises free: a
/// batch is one assignment, a snapshot and a fork are one read. A write copies about `log32(n)`
/// small arrays.
///
/// Leaves that become empty are removed; half-empty ones are merged with a neighbour, so that a
/// queue which is filled at one end and drained at the other does not leave a trail.
final class PersistentTree {
  private static final int FANOUT = 32;
  private static final int MERGE_BELOW = FANOUT / 4;
  static final PersistentTree EMPTY = new PersistentTree(new Leaf(new byte[0][], new byte[0][]), 0);

  sealed interface Node permits Leaf, Branch {
    int size();
  }

  record Leaf(byte[][] keys, byte[][] values) implements Node {
    @Override
    public int size() {
      return keys.length;
    }
  }

  /// `firsts[i]` is a lower bound of the keys of `children[i]`; `firsts[0]` is not looked at.
  record Branch(byte[][] firsts, Node[] children) implements Node {
    @Override
    public int size() {
      return children.length;
    }
  }

  private record Split(Node left, byte[] rightFirst, Node right) {}

  private final Node root;
  private final int size;

  private PersistentTree(Node root, int size) {
    this.root = root;
    this.size = size;
  }

  Node root() {
    return root;
  }

  int size() {
    return size;
  }

  byte @Nullable [] get(byte[] key) {
    var node = root;
    while (node instanceof Branch branch) {
      node = branch.children[childFor(branch, key)];
    }
    var leaf = (Leaf) node;
    var at = find(leaf.keys, key);
    return at >= 0 ? leaf.values[at] : null;
  }

  PersistentTree put(byte[] key, byte[] value) {
    var grown = new boolean[1];
    var result = put(root, key, value, grown);
    var newSize = size + (grown[0] ? 1 : 0);
    if (result instanceof Split split) {
      var firsts = new byte[][] {new byte[0], split.rightFirst};
      return new PersistentTree(new Branch(firsts, new Node[] {split.left, split.right}), newSize);
    }
    return new PersistentTree((Node) result, newSize);
  }

  PersistentTree delete(byte[] key) {
    var changed = delete(root, key);
    if (changed == root) {
      return this;
    }
    while (changed instanceof Branch branch && branch.size() == 1) {
      changed = branch.children[0];
    }
    return changed.size() == 0 ? EMPTY : new PersistentTree(changed, size - 1);
  }

  /// Returns a Node, or a Split if the node became too large.
  private static Object put(Node node, byte[] key, byte[] value, boolean[] grown) {
    if (node instanceof Leaf leaf) {
      var at = find(leaf.keys, key);
      if (at >= 0) {
        var values = leaf.values.clone();
        values[at] = value;
        return new Leaf(leaf.keys, values);
      }
      grown[0] = true;
      return splitIfFull(
          new Leaf(inserted(leaf.keys, -at - 1, key), inserted(leaf.values, -at - 1, value)));
    }
    var branch = (Branch) node;
    var at = childFor(branch, key);
    var result = put(branch.children[at], key, value, grown);
    if (result instanceof Split split) {
      var children = inserted(branch.children, at + 1, split.right);
      children[at] = split.left;
      return splitIfFull(new Branch(inserted(branch.firsts, at + 1, split.rightFirst), children));
    }
    var children = branch.children.clone();
    children[at] = (Node) result;
    return new Branch(branch.firsts, children);
  }

  private static Object splitIfFull(Leaf leaf) {
    var n = leaf.size();
    if (n <= FANOUT) {
      return leaf;
    }
    var half = splitPoint(n);
    return new Split(
        new Leaf(Arrays.copyOf(leaf.keys, half), Arrays.copyOf(leaf.values, half)),
        leaf.keys[half],
        new Leaf(Arrays.copyOfRange(leaf.keys, half, n), Arrays.copyOfRange(leaf.values, half, n)));
  }

  private static Object splitIfFull(Branch branch) {
    var n = branch.size();
    if (n <= FANOUT) {
      return branch;
    }
    var half = splitPoint(n);
    return new Split(
        new Branch(Arrays.copyOf(branch.firsts, half), Arrays.copyOf(branch.children, half)),
        branch.firsts[half],
        new Branch(
            Arrays.copyOfRange(branch.firsts, half, n),
            Arrays.copyOfRange(branch.children, half, n)));
  }

  /// Three quarters stay left: keys mostly arrive in ascending order.
  private static int splitPoint(int n) {
    return n * 3 / 4;
  }

  private static Node delete(Node node, byte[] key) {
    if (node instanceof Leaf leaf) {
      var at = find(leaf.keys, key);
      return at < 0 ? leaf : new Leaf(removed(leaf.keys, at), removed(leaf.values, at));
    }
    var branch = (Branch) node;
    var at = childFor(branch, key);
    var child = branch.children[at];
    var changed = delete(child, key);
    if (changed == child) {
      return branch;
    }
    if (changed.size() == 0) {
      return new Branch(removed(branch.firsts, at), removed(branch.children, at));
    }
    var children = branch.children.clone();
    children[at] = changed;
    var result = new Branch(branch.firsts, children);
    return changed.size() < MERGE_BELOW ? mergedWithNeighbour(result, at) : result;
  }

  private static Branch mergedWithNeighbour(Branch branch, int at) {
    var left = at > 0 ? at - 1 : at;
    if (left + 1 >= branch.size()) {
      return branch;
    }
    var a = branch.children[left];
    var b = branch.children[left + 1];
    if (a.size() + b.size() > FANOUT / 2) {
      return branch;
    }
    Node merged =
        switch (a) {
          case Leaf l -> {
            var r = (Leaf) b;
            yield new Leaf(concatenated(l.keys, r.keys), concatenated(l.values, r.values));
          }
          case Branch l -> {
            var r = (Branch) b;
            var firsts = concatenated(l.firsts, r.firsts);
            firsts[l.size()] = branch.firsts[left + 1];
            yield new Branch(firsts, concatenated(l.children, r.children));
          }
        };
    var children = removed(branch.children, left + 1);
    children[left] = merged;
    return new Branch(removed(branch.firsts, left + 1), children);
  }

  static int childFor(Branch branch, byte[] key) {
    int low = 1;
    int high = branch.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(branch.firsts[middle], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low - 1;
  }

  /// The index of the key, or `-insertionPoint - 1`.
  static int find(byte[][] keys, byte[] key) {
    int low = 0;
    int high = keys.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Arrays.compareUnsigned(keys[middle], key);
      if (order < 0) {
        low = middle + 1;
      } else if (order > 0) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -low - 1;
  }

  private static <T> T[] inserted(T[] array, int at, T element) {
    var result = Arrays.copyOf(array, array.length + 1);
    System.arraycopy(array, at, result, at + 1, array.length - at);
    result[at] = element;
    return result;
  }

  private static <T> T[] removed(T[] array, int at) {
    var result = Arrays.copyOf(array, array.length - 1);
    System.arraycopy(array, at + 1, result, at, array.length - at - 1);
    return result;
  }

  private static <T> T[] concatenated(T[] a, T[] b) {
    var result = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, result, a.length, b.length);
    return result;
  }
}
