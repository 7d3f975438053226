package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A resource of a stack as it is stored.
///
/// @param actual what is there now
/// @param status AWS's, such as `CREATE_COMPLETE`
/// @param operation the token of the operation that touched it last
/// @param replacing whether what is going on makes another physical resource
/// @param prior what was there before the operation, if it touched this resource
record ResourceRecord(
    String logicalId,
    Actual actual,
    String status,
    String reason,
    Instant updated,
    String operation,
    boolean replacing,
    @Nullable Actual prior) {
  /// A physical resource.
  ///
  /// @param physicalId empty as long as it is not known
  /// @param properties as it was made with, JSON
  /// @param attributes what `Fn::GetAtt` gives, JSON
  /// @param dependencies the logical ids that it must outlive
  record Actual(
      String type,
      String physicalId,
      String properties,
      String attributes,
      List<String> dependencies,
      String deletionPolicy,
      String replacePolicy) {
    static void write(BinaryWriter writer, Actual actual) {
      writer
          .string(actual.type)
          .string(actual.physicalId)
          .string(actual.properties)
          .string(actual.attributes)
          .list(actual.dependencies, BinaryWriter::string)
          .string(actual.deletionPolicy)
          .string(actual.replacePolicy);
    }

    static Actual read(BinaryReader reader) {
      return new Actual(
          reader.string(),
          reader.string(),
          reader.string(),
          reader.string(),
          reader.list(BinaryReader::string),
          reader.string(),
          reader.string());
    }

    ObjectNode propertyTree() {
      return (ObjectNode) Json.parse(properties);
    }

    ResourceType.Resource resource() {
      var found = new LinkedHashMap<String, JsonNode>();
      Json.parse(attributes).properties().forEach(e -> found.put(e.getKey(), e.getValue()));
      return new ResourceType.Resource(physicalId, found);
    }

    Actual made(ResourceType.Resource resource) {
      var tree = Json.object();
      resource.attributes().forEach(tree::set);
      return new Actual(
          type,
          resource.physicalId(),
          properties,
          Json.write(tree),
          dependencies,
          deletionPolicy,
          replacePolicy);
    }
  }

  static final Codec<ResourceRecord> CODEC =
      Codec.of(
          1,
          (record, writer) -> {
            writer.string(record.logicalId);
            Actual.write(writer, record.actual);
            writer
                .string(record.status)
                .string(record.reason)
                .instant(record.updated)
                .string(record.operation)
                .flag(record.replacing)
                .optional(record.prior, Actual::write);
          },
          reader ->
              new ResourceRecord(
                  reader.string(),
                  Actual.read(reader),
                  reader.string(),
                  reader.string(),
                  reader.instant(),
                  reader.string(),
                  reader.flag(),
                  reader.optional(Actual::read)));

  boolean isThere() {
    return !status.equals("DELETE_COMPLETE")
        && !status.equals("DELETE_SKIPPED")
        && !status.equals("IMPORT_ROLLBACK_COMPLETE");
  }

  boolean isComplete() {
    return status.equals("CREATE_COMPLETE") || status.equals("UPDATE_COMPLETE");
  }
}
