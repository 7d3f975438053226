package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequestEntry;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.PartitionValueList;

/// Partitions, and the conditions that select them.
final class PartitionsTest extends GlueFixture {
  @BeforeEach
  void table() {
    database("d");
    partitioned("d", "t", "day", "date", "hour", "int");
    partition("d", "t", "2026-01-01", "9");
    partition("d", "t", "2026-01-01", "10");
    partition("d", "t", "2026-01-02", "9");
  }

  @Test
  void aConditionSelectsPartitionsByTheirKeysTypes() {
    assertThat(selected("d", "t", "hour > 9")).containsExactly("2026-01-01/10");
    assertThat(selected("d", "t", "day = '2026-01-01' AND hour < 10"))
        .containsExactly("2026-01-01/9");
    assertThat(selected("d", "t", "day = date '2026-01-02' or hour in (10, 11)")).hasSize(2);
    assertThat(selected("d", "t", "day between '2026-01-01' and '2026-01-01'")).hasSize(2);
    assertThat(selected("d", "t", "NOT (day like '%-02') and hour <> 9")).hasSize(1);
    assertThat(selected("d", "t", "day not in ('2026-01-01')")).containsExactly("2026-01-02/9");
    assertThat(selected("d", "t", "'2026-01-01' < day")).containsExactly("2026-01-02/9");
    assertThat(error(() -> selected("d", "t", "day ~ 'x'")))
        .isEqualTo("InvalidInputException: Unsupported expression 'day ~ 'x''");
    assertThat(error(() -> selected("d", "t", "month = '1'")))
        .isEqualTo("InvalidInputException: Unknown column 'month'");
  }

  @Test
  void partitionsComeByPagesAndSegments() {
    var first = glue.getPartitions(r -> r.databaseName("d").tableName("t").maxResults(2));
    assertThat(first.partitions()).hasSize(2);
    var second =
        glue.getPartitions(r -> r.databaseName("d").tableName("t").nextToken(first.nextToken()));
    assertThat(second.partitions()).hasSize(1);
    assertThat(second.nextToken()).isNull();
    int all = 0;
    for (int i = 0; i < 3; i++) {
      var number = i;
      all +=
          glue.getPartitions(r ->
                  r.databaseName("d")
                      .tableName("t")
                      .segment(s -> s.segmentNumber(number).totalSegments(3)))
              .partitions()
              .size();
    }
    assertThat(all).isEqualTo(3);
  }

  @Test
  void whatIsWrongWithAPartitionIsTold() {
    assertThat(error(() -> partition("d", "t", "2026-01-01", "9")))
        .isEqualTo("AlreadyExistsException: Partition already exists.");
    assertThat(error(() -> partition("d", "t", "2026-01-01")))
        .startsWith("InvalidInputException: The number of partition keys");
    assertThat(
            error(() ->
                glue.getPartition(
                    r -> r.databaseName("d").tableName("t").partitionValues("x", "1"))))
        .isEqualTo("EntityNotFoundException: Cannot find partition.");
    assertThat(
            error(() ->
                glue.deletePartition(
                    r -> r.databaseName("d").tableName("t").partitionValues("x", "1"))))
        .isEqualTo("EntityNotFoundException: Partition not found.");
  }

  @Test
  void aPartitionMayGetOtherValues() {
    glue.updatePartition(r ->
        r.databaseName("d")
            .tableName("t")
            .partitionValueList("2026-01-02", "9")
            .partitionInput(p -> p.values("2026-01-03", "1").parameters(Map.of("k", "v"))));
    assertThat(selected("d", "t", "day > '2026-01-01'")).containsExactly("2026-01-03/1");
  }

  @Test
  void batchesDoWhatTheyCan() {
    var input = PartitionInput.builder().values("2026-01-05", "1").build();
    var old = PartitionInput.builder().values("2026-01-01", "9").build();
    var made =
        glue.batchCreatePartition(
            r -> r.databaseName("d").tableName("t").partitionInputList(input, old));
    assertThat(made.errors())
        .singleElement()
        .satisfies(e -> {
          assertThat(e.partitionValues()).containsExactly("2026-01-01", "9");
          assertThat(e.errorDetail().errorCode()).isEqualTo("AlreadyExistsException");
        });
    var values = PartitionValueList.builder().values("2026-01-05", "1").build();
    var missing = PartitionValueList.builder().values("2026-01-06", "1").build();
    var found =
        glue.batchGetPartition(
            r -> r.databaseName("d").tableName("t").partitionsToGet(values, missing));
    assertThat(found.partitions()).hasSize(1);
    var updated =
        glue.batchUpdatePartition(r ->
            r.databaseName("d")
                .tableName("t")
                .entries(
                    BatchUpdatePartitionRequestEntry.builder()
                        .partitionValueList("2026-01-05", "1")
                        .partitionInput(input.toBuilder().parameters(Map.of("a", "b")).build())
                        .build()));
    assertThat(updated.errors()).isEmpty();
    var gone =
        glue.batchDeletePartition(
            r -> r.databaseName("d").tableName("t").partitionsToDelete(values, missing));
    assertThat(gone.errors()).hasSize(1);
    assertThat(selected("d", "t", "day = '2026-01-05'")).isEmpty();
  }

  @Test
  void indexesAreDescribed() {
    glue.createPartitionIndex(
        r -> r.databaseName("d").tableName("t").partitionIndex(i -> i.indexName("i").keys("day")));
    assertThat(
            glue.getPartitionIndexes(r -> r.databaseName("d").tableName("t"))
                .partitionIndexDescriptorList())
        .singleElement()
        .satisfies(i -> {
          assertThat(i.indexStatusAsString()).isEqualTo("ACTIVE");
          assertThat(i.keys().getFirst().type()).isEqualTo("date");
        });
    glue.deletePartitionIndex(r -> r.databaseName("d").tableName("t").indexName("i"));
    assertThat(
            error(() ->
                glue.deletePartitionIndex(r -> r.databaseName("d").tableName("t").indexName("i"))))
        .startsWith("EntityNotFoundException: Index with the given indexName : i");
  }
}
