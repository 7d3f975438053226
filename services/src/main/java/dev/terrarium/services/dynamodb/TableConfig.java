package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/// A table's definition as it is stored.
///
/// @param storageId the part of all keys of its items; a table of the same name made later has
///   another
/// @param description what DescribeTable shows, without counts
/// @param indexIds the part of the keys of an index's entries, by the index's name
/// @param ttlAttribute the attribute with the time at which items expire, or nothing
/// @param ttlChanged when that was last set
/// @param recoverySince since when the table can be restored to any moment, or the epoch for not
/// @param recoveryDays how far back
/// @param settings whatever else belongs to the table: its resource policy, its contributor
///   insights
record TableConfig(
    String storageId,
    TableDescription description,
    Map<String, String> indexIds,
    Map<String, String> tags,
    String ttlAttribute,
    Instant ttlChanged,
    Instant recoverySince,
    int recoveryDays,
    Map<String, String> settings) {
  private static final PojoCodec<TableDescription> DESCRIPTION =
      new PojoCodec<>(TableDescription::builder);

  static final Codec<TableConfig> CODEC =
      Codec.of(
          1,
          (config, writer) -> {
            writer.string(config.storageId);
            DESCRIPTION.write(writer, config.description);
            writer
                .strings(config.indexIds)
                .strings(config.tags)
                .string(config.ttlAttribute)
                .instant(config.ttlChanged)
                .instant(config.recoverySince)
                .number(config.recoveryDays)
                .strings(config.settings);
          },
          reader ->
              new TableConfig(
                  reader.string(),
                  DESCRIPTION.read(reader),
                  reader.strings(),
                  reader.strings(),
                  reader.string(),
                  reader.instant(),
                  reader.instant(),
                  reader.integer(),
                  reader.strings()));

  /// The setting of a table whose items that expire are still being entered; its value is of that
  /// one filling.
  private static final String TTL_FILLING = "ttl-filling";

  TableConfig with(TableDescription changed) {
    return with(copy -> copy.description = changed);
  }

  TableConfig with(TableDescription changed, Map<String, String> ids) {
    return with(copy -> {
      copy.description = changed;
      copy.indexIds = Map.copyOf(ids);
    });
  }

  TableConfig withTags(Map<String, String> changed) {
    return with(copy -> copy.tags = changed);
  }

  /// With time to live by an attribute, which the items are yet to be searched for, or without.
  TableConfig withTtl(String attribute, Instant now) {
    return with(copy -> {
      copy.ttlAttribute = attribute;
      copy.ttlChanged = now;
      if (attribute.isEmpty()) {
        copy.settings.remove(TTL_FILLING);
      } else {
        copy.settings.put(TTL_FILLING, now + " " + attribute);
      }
    });
  }

  /// The filling of the times at which items expire that has not ended, or null.
  @Nullable String ttlFilling() {
    return settings.get(TTL_FILLING);
  }

  /// After a filling has ended; another may have begun.
  TableConfig withoutTtlFilling(String ended) {
    return with(copy -> copy.settings.remove(TTL_FILLING, ended));
  }

  TableConfig withRecovery(Instant since, int days) {
    return with(copy -> {
      copy.recoverySince = since;
      copy.recoveryDays = days;
    });
  }

  TableConfig withSettings(Map<String, String> changed) {
    return with(copy -> copy.settings = changed);
  }

  private TableConfig with(Consumer<Copy> change) {
    var copy = new Copy(this);
    change.accept(copy);
    return new TableConfig(
        storageId,
        copy.description,
        copy.indexIds,
        copy.tags,
        copy.ttlAttribute,
        copy.ttlChanged,
        copy.recoverySince,
        copy.recoveryDays,
        Map.copyOf(copy.settings));
  }

  /// What can change in a definition.
  private static final class Copy {
    TableDescription description;
    Map<String, String> indexIds;
    Map<String, String> tags;
    String ttlAttribute;
    Instant ttlChanged;
    Instant recoverySince;
    int recoveryDays;
    Map<String, String> settings;

    Copy(TableConfig config) {
      this.description = config.description;
      this.indexIds = config.indexIds;
      this.tags = config.tags;
      this.ttlAttribute = config.ttlAttribute;
      this.ttlChanged = config.ttlChanged;
      this.recoverySince = config.recoverySince;
      this.recoveryDays = config.recoveryDays;
      this.settings = new HashMap<>(config.settings);
    }
  }
}
