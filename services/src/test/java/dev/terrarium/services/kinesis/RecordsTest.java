package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

final class RecordsTest extends KinesisFixture {
  @Test
  void recordsOfAShardAreReadInTheOrderInWhichTheyCame() {
    stream("s", 1);
    var first = put("s", "a", "one");
    var second = put("s", "b", "two");
    assertThat(new BigInteger(second.sequenceNumber()))
        .isGreaterThan(new BigInteger(first.sequenceNumber()));
    var page = read(iterator("s", 0, "TRIM_HORIZON"));
    assertThat(texts(page.records())).containsExactly("one", "two");
    assertThat(page.records().getFirst().partitionKey()).isEqualTo("a");
    assertThat(page.records().getFirst().sequenceNumber()).isEqualTo(first.sequenceNumber());
    assertThat(page.records().getFirst().approximateArrivalTimestamp()).isEqualTo(START);
    assertThat(page.millisBehindLatest()).isZero();
    assertThat(read(page.nextShardIterator()).records()).isEmpty();
    put("s", "c", "three");
    assertThat(texts(read(page.nextShardIterator()).records())).containsExactly("three");
  }

  /// The MD5 of `a` begins with 0c, that of `b` with 92.
  @Test
  void aPartitionKeysDigestDecidesOnTheShard() {
    stream("s", 2);
    assertThat(put("s", "a", "x").shardId()).isEqualTo(id(0));
    assertThat(put("s", "b", "x").shardId()).isEqualTo(id(1));
    assertThat(putAt("s", "0", "x").shardId()).isEqualTo(id(0));
    var half = BigInteger.ONE.shiftLeft(127);
    assertThat(putAt("s", half.subtract(BigInteger.ONE).toString(), "x").shardId())
        .isEqualTo(id(0));
    assertThat(putAt("s", half.toString(), "x").shardId()).isEqualTo(id(1));
    assertThat(error(() -> putAt("s", BigInteger.ONE.shiftLeft(128).toString(), "x")))
        .startsWith("InvalidArgumentException: Invalid ExplicitHashKey.");
  }

  @Test
  void manyRecordsArePutAtOnce() {
    stream("s", 2);
    var answer =
        kinesis.putRecords(
            r -> r.streamARN(ARN + "s").records(entry("a", "1"), entry("b", "2"), entry("a", "3")));
    assertThat(answer.failedRecordCount()).isZero();
    assertThat(answer.records())
        .extracting(record -> record.shardId())
        .containsExactly(id(0), id(1), id(0));
    assertThat(all("s", 0)).containsExactly("1", "3");
    assertThat(all("s", 1)).containsExactly("2");
    assertThat(error(() -> kinesis.putRecords(r -> r.streamName("s").records(List.of()))))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value '[]' at 'records' failed to"
                + " satisfy constraint: Member must have length greater than or equal to 1");
    assertThat(
            error(() ->
                kinesis.putRecords(
                    r -> r.streamName("s").records(entry("a", "1"), entry("", "2")))))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value '' at"
                + " 'records.2.member.partitionKey' failed to satisfy constraint: Member must have"
                + " length greater than or equal to 1");
  }

  private static PutRecordsRequestEntry entry(String key, String data) {
    return PutRecordsRequestEntry.builder()
        .partitionKey(key)
        .data(SdkBytes.fromUtf8String(data))
        .build();
  }

  @Test
  void readingBeginsWhereTheIteratorSays() {
    stream("s", 1);
    var latest = iterator("s", 0, "LATEST");
    var numbers = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      numbers.add(put("s", "k", "r" + i).sequenceNumber());
      pass(Duration.ofSeconds(10));
    }
    assertThat(drain(latest)).containsExactly("r0", "r1", "r2", "r3", "r4");
    assertThat(drain(iterator("s", 0, "AT_SEQUENCE_NUMBER", numbers.get(3))))
        .containsExactly("r3", "r4");
    assertThat(drain(iterator("s", 0, "AFTER_SEQUENCE_NUMBER", numbers.get(3))))
        .containsExactly("r4");
    assertThat(drain(iteratorAt("s", 0, START.plusSeconds(20)))).containsExactly("r2", "r3", "r4");
    assertThat(drain(iteratorAt("s", 0, START.plusSeconds(21)))).containsExactly("r3", "r4");
    assertThat(drain(iteratorAt("s", 0, START.minusSeconds(100)))).hasSize(5);
    assertThat(drain(iterator("s", 0, "LATEST"))).isEmpty();
    var start = shards("s").getFirst().sequenceNumberRange().startingSequenceNumber();
    assertThat(drain(iterator("s", 0, "AT_SEQUENCE_NUMBER", start))).hasSize(5);
  }

  @Test
  void iteratorsThatMakeNoSenseAreRefused() {
    stream("s", 2);
    var number = put("s", "a", "x").sequenceNumber();
    assertThat(error(() -> iterator("s", 0, "AT_SEQUENCE_NUMBER")))
        .isEqualTo(
            "InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or"
                + " AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST"
                + " and no StartingSequenceNumber. Request specified AT_SEQUENCE_NUMBER and no"
                + " StartingSequenceNumber.");
    assertThat(error(() -> iterator("s", 1, "AT_SEQUENCE_NUMBER", number)))
        .isEqualTo(
            "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes"
                + " shardId-000000000000, while it was used in a call to a shard with"
                + " shardId-000000000001");
    assertThat(error(() -> iterator("s", 0, "AT_SEQUENCE_NUMBER", "123")))
        .isEqualTo(
            "InvalidArgumentException: StartingSequenceNumber 123 used in GetShardIterator on shard"
                + " shardId-000000000000 in stream s under account 000000000000 is invalid.");
    assertThat(error(() -> iterator("s", 5, "LATEST")))
        .isEqualTo(
            "ResourceNotFoundException: Shard shardId-000000000005 in stream s under account"
                + " 000000000000 does not exist");
    assertThat(error(() -> iteratorAt("s", 0, START.plusSeconds(5))))
        .startsWith("InvalidArgumentException: The timestampInMillis parameter cannot be greater");
    assertThat(error(() -> read("AAAA")))
        .isEqualTo("InvalidArgumentException: Invalid ShardIterator.");
  }

  @Test
  void anIteratorExpiresAfterFiveMinutes() {
    stream("s", 1);
    var iterator = iterator("s", 0, "LATEST");
    pass(Duration.ofMinutes(5));
    assertThat(read(iterator).records()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(error(() -> read(iterator)))
        .isEqualTo(
            "ExpiredIteratorException: Iterator expired. The iterator was created at time Thu Jan"
                + " 01 00:00:00 UTC 2026 while right now it is Thu Jan 01 00:05:01 UTC 2026 which"
                + " is further in the future than the tolerated delay of 300000 milliseconds.");
  }

  @Test
  void aReadTellsHowFarBehindItIs() {
    stream("s", 1);
    put("s", "k", "old");
    pass(Duration.ofMinutes(2));
    put("s", "k", "new");
    pass(Duration.ofMinutes(1));
    var first = iterator("s", 0, "TRIM_HORIZON");
    var page = kinesis.getRecords(r -> r.shardIterator(first).limit(1));
    assertThat(texts(page.records())).containsExactly("old");
    assertThat(page.millisBehindLatest()).isEqualTo(180_000);
    assertThat(read(page.nextShardIterator()).millisBehindLatest()).isZero();
  }

  @Test
  void aReadReturnsTenMegabytesAtMost() {
    stream("s", 1);
    var data = SdkBytes.fromByteArray(new byte[1024 * 1024 - 1]);
    for (int i = 0; i < 12; i++) {
      kinesis.putRecord(r -> r.streamName("s").partitionKey("k").data(data));
    }
    var page = read(iterator("s", 0, "TRIM_HORIZON"));
    assertThat(page.records()).hasSize(10);
    assertThat(read(page.nextShardIterator()).records()).hasSize(2);
  }

  @Test
  void recordsExpire() {
    stream("s", 1);
    put("s", "k", "r0");
    pass(Duration.ofHours(12));
    put("s", "k", "r1");
    pass(Duration.ofHours(11));
    assertThat(all("s", 0)).containsExactly("r0", "r1");
    pass(Duration.ofHours(1));
    assertThat(all("s", 0)).containsExactly("r1");
    kinesis.increaseStreamRetentionPeriod(r -> r.streamName("s").retentionPeriodHours(48));
    pass(Duration.ofHours(30));
    assertThat(all("s", 0)).containsExactly("r1");
    kinesis.decreaseStreamRetentionPeriod(r -> r.streamName("s").retentionPeriodHours(24));
    assertThat(all("s", 0)).isEmpty();
    pass(Duration.ofHours(2));
    var prefix = dev.terrarium.kernel.store.Key.of("kinesis.records");
    try (var left = store.scan(prefix, dev.terrarium.kernel.store.Key.after(prefix), false)) {
      assertThat(left.next()).isFalse();
    }
    var number = put("s", "k", "r2").sequenceNumber();
    assertThat(drain(iterator("s", 0, "AT_SEQUENCE_NUMBER", number))).containsExactly("r2");
  }

  @Test
  void largerRecordsAreTakenOnlyOnRequest() {
    stream("s", 1);
    var data = SdkBytes.fromByteArray(new byte[1024 * 1024 + 1]);
    assertThat(error(() -> kinesis.putRecord(r -> r.streamName("s").partitionKey("k").data(data))))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value at 'data' failed to satisfy"
                + " constraint: Member must have length less than or equal to 1048576");
    kinesis.updateMaxRecordSize(r -> r.streamARN(ARN + "s").maxRecordSizeInKiB(2048));
    kinesis.putRecord(r -> r.streamName("s").partitionKey("k").data(data));
    assertThat(read(iterator("s", 0, "TRIM_HORIZON")).records()).hasSize(1);
  }

  @Test
  void recordsTellWhetherTheyWereEncrypted() {
    stream("s", 1);
    put("s", "k", "plain");
    kinesis.startStreamEncryption(
        r -> r.streamName("s").encryptionType(EncryptionType.KMS).keyId("alias/aws/kinesis"));
    assertThat(put("s", "k", "secret").encryptionType()).isEqualTo(EncryptionType.KMS);
    assertThat(read(iterator("s", 0, "TRIM_HORIZON")).records())
        .extracting(record -> record.encryptionType())
        .containsExactly(null, EncryptionType.KMS);
  }

  @Test
  void shardsOfAStreamThatAsksForItAreThrottled() {
    kinesis.createStream(
        s -> s.streamName("s").shardCount(1).tags(java.util.Map.of("terrarium:throttling", "on")));
    var half = new byte[600 * 1024];
    var entry =
        PutRecordsRequestEntry.builder()
            .partitionKey("k")
            .data(SdkBytes.fromByteArray(half))
            .build();
    var answer = kinesis.putRecords(r -> r.streamName("s").records(entry, entry));
    assertThat(answer.failedRecordCount()).isEqualTo(1);
    assertThat(answer.records().get(1).errorCode())
        .isEqualTo("ProvisionedThroughputExceededException");
    assertThat(answer.records().get(1).errorMessage())
        .isEqualTo(
            "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.");
    pass(Duration.ofSeconds(1));
    assertThat(kinesis.putRecords(r -> r.streamName("s").records(entry)).failedRecordCount())
        .isZero();
    var iterator = iterator("s", 0, "LATEST");
    for (int i = 0; i < 5; i++) {
      read(iterator);
    }
    assertThat(error(() -> read(iterator))).startsWith("ProvisionedThroughputExceededException: ");
  }

  @Test
  void recordsSurviveARestart() {
    stream("s", 1);
    var first = put("s", "k", "one");
    var later =
        Cloud.builder()
            .store(store)
            .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:01Z")))
            .build();
    try {
      var client = later.client(KinesisClient.class);
      var second =
          client.putRecord(
              r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String("two")));
      assertThat(Objects.requireNonNull(SequenceNumber.parse(second.sequenceNumber())).index())
          .isEqualTo(
              Objects.requireNonNull(SequenceNumber.parse(first.sequenceNumber())).index() + 1);
      var iterator =
          client
              .getShardIterator(
                  r -> r.streamName("s").shardId(id(0)).shardIteratorType("TRIM_HORIZON"))
              .shardIterator();
      assertThat(texts(client.getRecords(r -> r.shardIterator(iterator)).records()))
          .containsExactly("one", "two");
    } finally {
      later.close();
    }
  }

  @Test
  void aPutWakesThoseWhoWatchTheStream() throws InterruptedException {
    stream("s", 1);
    try (var watch = cloud.signals().watch(ARN + "s")) {
      put("s", "k", "x");
      assertThat(watch.await(START)).isTrue();
    }
  }
}
