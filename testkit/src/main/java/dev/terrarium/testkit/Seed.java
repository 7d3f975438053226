package dev.terrarium.testkit;

import java.util.Random;

/// A number from which a whole test run follows.
public record Seed(long value) {
  /// A fresh source of randomness that always starts the same way.
  public Random random() {
    return new Random(value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
