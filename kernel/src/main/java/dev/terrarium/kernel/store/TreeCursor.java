package dev.terrarium.kernel.store;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Walks over a range of a [PersistentTree], which never changes under it.
final class TreeCursor implements Cursor {
  private static final class Frame {
    final PersistentTree.Branch branch;
    int at;

    Frame(PersistentTree.Branch branch, int at) {
      this.branch = branch;
      this.at = at;
    }
  }

  private final byte[] from;
  private final byte @Nullable [] to;
  private final int step;
  private final Deque<Frame> path = new ArrayDeque<>();
  private PersistentTree.Leaf leaf;
  private int at;

  TreeCursor(PersistentTree tree, byte[] from, byte @Nullable [] to, boolean reverse) {
    this.from = from;
    this.to = to;
    this.step = reverse ? -1 : 1;
    var node = tree.root();
    while (node instanceof PersistentTree.Branch branch) {
      int child;
      if (!reverse) {
        child = PersistentTree.childFor(branch, from);
      } else {
        child = to == null ? branch.size() - 1 : PersistentTree.childFor(branch, to);
      }
      path.push(new Frame(branch, child));
      node = branch.children()[child];
    }
    leaf = (PersistentTree.Leaf) node;
    if (!reverse) {
      at = insertionPoint(from) - 1;
    } else {
      at = to == null ? leaf.size() : insertionPoint(to);
    }
  }

  private int insertionPoint(byte[] key) {
    var found = PersistentTree.find(leaf.keys(), key);
    return found >= 0 ? found : -found - 1;
  }

  @Override
  public boolean next() {
    at += step;
    while (at < 0 || at >= leaf.size()) {
      if (!nextLeaf()) {
        return false;
      }
      at = step > 0 ? 0 : leaf.size() - 1;
    }
    var key = leaf.keys()[at];
    if (step > 0) {
      return to == null || Arrays.compareUnsigned(key, to) < 0;
    }
    return Arrays.compareUnsigned(key, from) >= 0;
  }

  private boolean nextLeaf() {
    while (!path.isEmpty()) {
      var frame = path.peek();
      frame.at += step;
      if (frame.at >= 0 && frame.at < frame.branch.size()) {
        var node = frame.branch.children()[frame.at];
        while (node instanceof PersistentTree.Branch branch) {
          var child = step > 0 ? 0 : branch.size() - 1;
          path.push(new Frame(branch, child));
          node = branch.children()[child];
        }
        leaf = (PersistentTree.Leaf) node;
        return true;
      }
      path.pop();
    }
    return false;
  }

  @Override
  public byte[] key() {
    return leaf.keys()[at];
  }

  @Override
  public byte[] value() {
    return leaf.values()[at];
  }

  @Override
  public void close() {}
}
