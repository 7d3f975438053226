package dev.terrarium.systems;

import java.util.Map;

/// A whole system that is known to work on AWS: its template, its functions, input whose right
/// output is known, and the proof that this is what comes out.
///
/// Found by `ServiceLoader`. Its `template.yaml` and the code that the template names lie as
/// resources in the folder of its name; code of everybody's (`layer.zip`) lies beside the folders.
public interface ReferenceSystem {
  /// Its name, in kebab case.
  String name();

  /// What it does, in one line.
  String description();

  /// Values of the template's parameters for a run.
  default Map<String, String> parameters(Run run) {
    return Map.of();
  }

  /// Templates of what it needs in other regions, with these; deployed before. Their outputs are
  /// the run's outputs too, and values of the template's parameters where the names are the same.
  default Map<String, String> abroad() {
    return Map.of();
  }

  /// What it bears, by name, with what is done.
  default Map<String, String> faults() {
    return Map.of();
  }

  /// One run of it, on what has been deployed.
  Scenario begin(Run run);
}
