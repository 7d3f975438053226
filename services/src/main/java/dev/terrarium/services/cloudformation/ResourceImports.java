package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.template.TemplateException;

/// How an operation takes over a resource that is there already, and how it lets go of it again.
final class ResourceImports {
  private static final String TAGS = "Apply stack-level tags to imported resource if applicable.";

  private final Work work;
  private final ResourceLog log;

  ResourceImports(Work work) {
    this.work = work;
    this.log = work.log();
  }

  /// Makes the resource the stack's. An import changes nothing of it but the tags of the stack;
  /// anything else makes it what the template says.
  ///
  /// @return whether that succeeded
  boolean take(String name, Actual wanted, Walk walk) {
    try {
      log.put(name, wanted, "IMPORT_IN_PROGRESS", "Resource import started.", false, null);
      var type = work.types().get(wanted.type());
      var reading = type.reading();
      var identifier = work.operation().identifier(name);
      var state = reading == null ? null : reading.find(identifier);
      if (state == null) {
        throw new TemplateException(
            "Resource of type '%s' with identifier '%s' was not found."
                .formatted(wanted.type(), String.join("|", identifier.values())));
      }
      var taken = wanted.made(state.resource());
      log.put(name, taken, "IMPORT_COMPLETE", "Resource import completed.", false, null);
      return adapt(type, name, taken, state, walk);
    } catch (RuntimeException e) {
      log.put(name, wanted, "IMPORT_FAILED", log.reason(e), false, null);
      return false;
    }
  }

  private boolean adapt(
      ResourceType type, String name, Actual taken, Reading.State state, Walk walk) {
    log.put(name, taken, "UPDATE_IN_PROGRESS", TAGS, false, null);
    try {
      var request = work.request(name, taken, "import");
      var wanted = request.properties();
      var before = state.properties().deepCopy();
      before.properties().removeIf(property -> property.getValue().isNull());
      if (work.operation().kind() == Operation.Kind.IMPORT) {
        before.properties().forEach(property -> wanted.set(property.getKey(), property.getValue()));
      }
      var tagged =
          !request.tags().isEmpty()
              && type.properties().stream().anyMatch(p -> p.name().equals("Tags"));
      var result = taken;
      if (tagged || work.operation().kind() != Operation.Kind.IMPORT && differs(wanted, before)) {
        result = taken.made(type.update(request, state.resource(), before));
      }
      if (walk.hasFailed()) {
        log.put(name, result, "UPDATE_FAILED", "Resource update cancelled", false, null);
        return false;
      }
      log.put(name, result, "UPDATE_COMPLETE", "", false, null);
      return true;
    } catch (RuntimeException e) {
      log.put(name, taken, "UPDATE_FAILED", log.reason(e), false, null);
      return false;
    }
  }

  /// Whether the template says anything else than what is there, as far as that can be told.
  private static boolean differs(ObjectNode wanted, ObjectNode there) {
    return wanted.properties().stream()
        .anyMatch(property ->
            there.has(property.getKey())
                && !there.get(property.getKey()).equals(property.getValue()));
  }

  /// Lets go of a resource: it is no longer the stack's, and stays what it is.
  void release(ResourceRecord record) {
    var name = record.logicalId();
    log.put(name, record.actual(), "IMPORT_ROLLBACK_IN_PROGRESS", "", false, null);
    log.put(name, record.actual(), "IMPORT_ROLLBACK_COMPLETE", "", false, null);
  }

  /// Lets go of everything that the operation has taken over.
  void releaseAll() {
    for (var record : work.store().resourcesOf(work.stack().id())) {
      if (work.operation().imports().containsKey(record.logicalId())
          && record.operation().equals(work.operation().token())
          && record.isThere()) {
        release(record);
      }
    }
  }
}
