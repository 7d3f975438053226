package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.Map;
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

  TableConfig with(TableDescription changed) {
    return new TableConfig(
        storageId,
        changed,
        indexIds,
        tags,
        ttlAttribute,
        ttlChanged,
        recoverySince,
        recoveryDays,
        settings);
  }

  TableConfig with(TableDescription changed, Map<String, String> ids) {
    return new TableConfig(
        storageId,
        changed,
        Map.copyOf(ids),
        tags,
        ttlAttribute,
        ttlChanged,
        recoverySince,
        recoveryDays,
        settings);
  }

  TableConfig withTags(Map<String, String> changed) {
    return new TableConfig(
        storageId,
        description,
        indexIds,
        changed,
        ttlAttribute,
        ttlChanged,
        recoverySince,
        recoveryDays,
        settings);
  }

  TableConfig withTtl(String attribute, Instant now) {
    return new TableConfig(
        storageId,
        description,
        indexIds,
        tags,
        attribute,
        now,
        recoverySince,
        recoveryDays,
        settings);
  }

  TableConfig withRecovery(Instant since, int days) {
    return new TableConfig(
        storageId, description, indexIds, tags, ttlAttribute, ttlChanged, since, days, settings);
  }

  TableConfig withSettings(Map<String, String> changed) {
    return new TableConfig(
        storageId,
        description,
        indexIds,
        tags,
        ttlAttribute,
        ttlChanged,
        recoverySince,
        recoveryDays,
        Map.copyOf(changed));
  }
}
