package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.services.cloudformation.template.Template;
import java.util.Map;

/// What a stack is, or is to be.
///
/// @param body the template as it was given
/// @param processed the same as JSON, transforms applied
/// @param parameters the values of all parameters
/// @param tags of the stack
/// @param resolved what those parameters stand for that name one of Parameter Store
/// @param failure why the template's transforms have failed, or empty
record Version(
    String body,
    String processed,
    Map<String, String> parameters,
    Map<String, String> tags,
    Map<String, String> resolved,
    String failure) {
  /// The format of whatever holds a version since which it ends with what was resolved.
  private static final int RESOLVED_SINCE = 2;

  /// The same for the failure.
  private static final int FAILURE_SINCE = 3;

  /// Nothing at all: what a stack under review is.
  static final Version NONE = new Version("", "{}", Map.of(), Map.of(), Map.of(), "");

  static void write(Version version, BinaryWriter writer) {
    writer
        .string(version.body)
        .string(version.processed)
        .strings(version.parameters)
        .strings(version.tags)
        .strings(version.resolved)
        .string(version.failure);
  }

  static Version read(BinaryReader reader) {
    return new Version(
        reader.string(),
        reader.string(),
        reader.strings(),
        reader.strings(),
        reader.version() >= RESOLVED_SINCE ? reader.strings() : Map.of(),
        reader.version() >= FAILURE_SINCE ? reader.string() : "");
  }

  Template template() {
    return Template.of((ObjectNode) Json.parse(processed));
  }
}
