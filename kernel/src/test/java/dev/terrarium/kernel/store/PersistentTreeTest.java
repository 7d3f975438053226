package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PersistentTreeTest {
  private static final int MANY = 100_000;

  @Test
  void holdsManyKeysInAscendingOrder() {
    var tree = PersistentTree.EMPTY;
    for (int i = 0; i < MANY; i++) {
      tree = tree.put(Key.of(i), Key.of(-i));
    }
    assertThat(tree.size()).isEqualTo(MANY);
    assertThat(checked(tree)).isEqualTo(MANY);
    for (int i = 0; i < MANY; i += 97) {
      assertThat(tree.get(Key.of(i))).isEqualTo(Key.of(-i));
    }
    assertThat(depth(tree)).isLessThanOrEqualTo(4);
  }

  @Seeded(tries = 2)
  void holdsManyKeysInRandomOrder(Seed seed) {
    var random = seed.random();
    var tree = PersistentTree.EMPTY;
    var model = new TreeSet<Integer>();
    for (int i = 0; i < MANY; i++) {
      var key = random.nextInt(MANY);
      if (random.nextInt(3) == 0) {
        tree = tree.delete(Key.of(key));
        model.remove(key);
      } else {
        tree = tree.put(Key.of(key), new byte[] {1});
        model.add(key);
      }
      assertThat(tree.size()).isEqualTo(model.size());
    }
    assertThat(checked(tree)).isEqualTo(model.size());
    var shrinking = tree;
    for (var key : model) {
      shrinking = shrinking.delete(Key.of(key));
    }
    assertThat(shrinking.size()).isZero();
    assertThat(shrinking.root().size()).isZero();
    assertThat(checked(tree)).as("the old tree is untouched").isEqualTo(model.size());
  }

  @Test
  void aQueueLeavesNoTrail() {
    var tree = PersistentTree.EMPTY;
    for (int i = 0; i < MANY; i++) {
      tree = tree.put(Key.of(i), new byte[0]);
      if (i >= 100) {
        tree = tree.delete(Key.of(i - 100));
      }
      if (i % 1000 == 0) {
        checked(tree);
      }
    }
    assertThat(tree.size()).isEqualTo(100);
    assertThat(leaves(tree.root())).isLessThan(30);
    assertThat(depth(tree)).isLessThanOrEqualTo(3);
  }

  /// Checks order and bounds everywhere; returns how many keys there are.
  private static int checked(PersistentTree tree) {
    return checked(tree.root(), null, null);
  }

  private static int checked(
      PersistentTree.Node node, byte @Nullable [] from, byte @Nullable [] to) {
    return switch (node) {
      case PersistentTree.Leaf leaf -> {
        byte[] last = null;
        for (var key : leaf.keys()) {
          assertThat(from == null || Arrays.compareUnsigned(key, from) >= 0).isTrue();
          assertThat(to == null || Arrays.compareUnsigned(key, to) < 0).isTrue();
          assertThat(last == null || Arrays.compareUnsigned(last, key) < 0).isTrue();
          last = key;
        }
        yield leaf.size();
      }
      case PersistentTree.Branch branch -> {
        int sum = 0;
        assertThat(branch.size()).isPositive();
        for (int i = 0; i < branch.size(); i++) {
          var low = i == 0 ? from : branch.firsts()[i];
          var high = i + 1 == branch.size() ? to : branch.firsts()[i + 1];
          sum += checked(branch.children()[i], low, high);
        }
        yield sum;
      }
    };
  }

  private static int depth(PersistentTree tree) {
    int depth = 1;
    var node = tree.root();
    while (node instanceof PersistentTree.Branch branch) {
      node = branch.children()[0];
      depth++;
    }
    return depth;
  }

  private static int leaves(PersistentTree.Node node) {
    return switch (node) {
      case PersistentTree.Leaf leaf -> 1;
      case PersistentTree.Branch branch ->
          Arrays.stream(branch.children()).mapToInt(PersistentTreeTest::leaves).sum();
    };
  }
}
