package dev.terrarium.services.cloudformation;

import dev.terrarium.services.cloudformation.template.Evaluator;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudformation.model.Output;

/// The outputs of a template in a world that has everything.
///
/// @param exports names with their values
record StackOutputs(List<Output> outputs, Map<String, String> exports) {
  /// Evaluates them.
  ///
  /// @throws TemplateException if one is no text
  static StackOutputs of(StackWorld world) {
    var evaluator = new Evaluator(world.template(), world);
    var outputs = new ArrayList<Output>();
    var exports = new LinkedHashMap<String, String>();
    for (var entry : world.template().section("Outputs").properties()) {
      var output = entry.getValue();
      if (output.path("Condition").isTextual()
          && !evaluator.condition(output.path("Condition").asText())) {
        continue;
      }
      var value = evaluator.evaluate(output.path("Value"));
      if (value == null || !value.isValueNode()) {
        throw new TemplateException(
            "Template format error: The Value field of every Outputs member must evaluate to a String.");
      }
      var exportName =
          output.has("Export") ? evaluator.evaluate(output.path("Export").path("Name")) : null;
      if (exportName != null) {
        exports.put(exportName.asText(), value.asText());
      }
      outputs.add(
          Output.builder()
              .outputKey(entry.getKey())
              .outputValue(value.asText())
              .description(output.has("Description") ? output.get("Description").asText() : null)
              .exportName(exportName == null ? null : exportName.asText())
              .build());
    }
    return new StackOutputs(outputs, exports);
  }
}
