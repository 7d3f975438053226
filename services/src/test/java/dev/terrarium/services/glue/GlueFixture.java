package dev.terrarium.services.glue;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.TableInput;

/// A cloud whose clock stands, and short words for what is in a catalog.
abstract class GlueFixture {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(START)).build();
  final GlueClient glue = cloud.client(GlueClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  void database(String name) {
    glue.createDatabase(r -> r.databaseInput(d -> d.name(name)));
  }

  void table(String database, String name, Consumer<TableInput.Builder> more) {
    glue.createTable(r -> r.databaseName(database).tableInput(t -> more.accept(t.name(name))));
  }

  void partitioned(String database, String name, String... keys) {
    var columns = new ArrayList<Column>();
    for (int i = 0; i < keys.length; i += 2) {
      columns.add(Column.builder().name(keys[i]).type(keys[i + 1]).build());
    }
    table(
        database,
        name,
        t ->
            t.partitionKeys(columns)
                .storageDescriptor(
                    d -> d.columns(Column.builder().name("id").type("string").build())));
  }

  void partition(String database, String table, String... values) {
    glue.createPartition(r ->
        r.databaseName(database)
            .tableName(table)
            .partitionInput(p ->
                p.values(values)
                    .storageDescriptor(StorageDescriptor.builder().location("s3://b/p").build())));
  }

  List<String> selected(String database, String table, String expression) {
    return glue
        .getPartitions(r -> r.databaseName(database).tableName(table).expression(expression))
        .partitions()
        .stream()
        .map(p -> String.join("/", p.values()))
        .toList();
  }

  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    return Errors.code(Objects.requireNonNull(thrown)) + ": " + Errors.message(thrown);
  }
}
