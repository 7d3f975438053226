package dev.terrarium.systems;

import java.util.List;
import java.util.Map;

/// A whole system that is known to work on AWS: its template, its functions, input whose right
/// output is known, and the proof that this is what comes out.
///
/// Found by `ServiceLoader`. Its template and the artefacts that the template names lie as
/// resources in the folder of its name, beside the class.
public interface ReferenceSystem {
  /// Its name, in kebab case.
  String name();

  /// What it does, in one line.
  String description();

  /// The resources that make up its deployment: `template.yaml`, and the files that it names.
  List<String> resources();

  /// Values of the template's parameters for a run.
  Map<String, String> parameters(Run run);

  /// What it bears, by name, with what is done.
  Map<String, String> faults();

  /// One run of it, on what has been deployed.
  Scenario begin(Run run);
}
