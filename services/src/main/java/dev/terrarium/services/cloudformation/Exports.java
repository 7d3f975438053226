package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Scope;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.List;
import java.util.Map;

/// What stacks export to each other.
final class Exports {
  private Exports() {}

  /// The names of the stacks that import an export.
  static List<String> users(StackStore store, Scope scope, String export) {
    return store.all(scope).stream()
        .filter(stack -> !stack.isDeleted() && stack.imports().contains(export))
        .map(StackRecord::name)
        .sorted()
        .toList();
  }

  /// Refuses exports that another stack has, and changes of those that are in use.
  static void check(StackStore store, StackRecord stack, Map<String, String> exports) {
    for (var other : store.all(stack.scope())) {
      if (other.id().equals(stack.id()) || other.isDeleted()) {
        continue;
      }
      for (var name : exports.keySet()) {
        if (other.exports().containsKey(name)) {
          throw new TemplateException(
              "Export with name %s is already exported by stack %s.".formatted(name, other.name()));
        }
      }
    }
    stack
        .exports()
        .forEach((name, value) -> {
          var users = users(store, stack.scope(), name);
          if (!users.isEmpty() && !value.equals(exports.get(name))) {
            throw new TemplateException(
                "Export %s cannot be %s as it is in use by %s"
                    .formatted(
                        name,
                        exports.containsKey(name) ? "updated" : "deleted",
                        String.join(", ", users)));
          }
        });
  }
}
