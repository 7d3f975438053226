package dev.terrarium.systems;

import com.fasterxml.jackson.databind.JsonNode;

/// One run of a reference system. Its methods are called once each, in this order.
public interface Scenario {
  /// Makes the input from the run's seed and scale, and returns the truth about it.
  JsonNode generate();

  /// Puts the input in, with the run's fault, and waits until nothing more is to come.
  void drive();

  /// Reads what came out through public clients and compares it with the truth.
  void verify(JsonNode truth, Report report);
}
