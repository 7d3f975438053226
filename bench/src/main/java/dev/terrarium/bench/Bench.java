package dev.terrarium.bench;

import java.io.IOException;

/// One measurement.
interface Bench {
  /// What it is called on the command line.
  String name();

  /// What it measures, in a line.
  String about();

  /// Measures, and writes what it saw.
  void run(Output out) throws IOException, InterruptedException;
}
