package dev.terrarium.services.cloudformation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.RollbackConfiguration;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/// Stacks as they are shown.
final class Shown {
  private Shown() {}

  static Stack stack(StackRecord record) {
    var operation = record.operation();
    var version =
        operation != null && operation.kind() == Operation.Kind.CREATE
            ? operation.target()
            : record.version();
    return record.stack().toBuilder()
        .parameters(orAbsent(parameters(version)))
        .outputs(orAbsent(record.stack().outputs()))
        .notificationARNs(List.copyOf(record.stack().notificationARNs()))
        .rollbackConfiguration(RollbackConfiguration.builder().build())
        .tags(StackOperations.tags(version.tags()))
        .build();
  }

  /// AWS does not show these lists when they are empty.
  private static <T> @Nullable List<T> orAbsent(List<T> list) {
    return list.isEmpty() ? null : list;
  }

  /// The parameters of a version; what must not be echoed is starred.
  static List<Parameter> parameters(Version version) {
    var definitions = version.template().section("Parameters");
    var shown = new ArrayList<Parameter>();
    version
        .parameters()
        .forEach((name, value) ->
            shown.add(
                Parameter.builder()
                    .parameterKey(name)
                    .parameterValue(
                        definitions.path(name).path("NoEcho").asBoolean() ? "****" : value)
                    .resolvedValue(version.resolved().get(name))
                    .build()));
    return shown;
  }
}
