package dev.terrarium.services.firehose;

import dev.terrarium.kernel.store.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;
import software.amazon.awssdk.services.firehose.model.Record;

/// Records come in.
final class FirehoseWrites extends FirehosePart {
  private static final int RECORD_BYTES_MAX = 1_024_000;
  private static final int BATCH_BYTES_MAX = 4 * 1024 * 1024;
  private static final int BATCH_MAX = 500;
  private static final int ID_BYTES = 168;

  FirehoseWrites(Deliveries deliveries) {
    super(deliveries);
  }

  @Override
  public PutRecordResponse putRecord(PutRecordRequest request) {
    var constraints =
        new FirehoseConstraints()
            .stream(request.deliveryStreamName()).required("record", request.record());
    check(constraints, "record.data", request.record());
    constraints.check();
    var delivery = delivery(request.deliveryStreamName());
    put(delivery, List.of(request.record()));
    return PutRecordResponse.builder().recordId(id()).encrypted(isEncrypted(delivery)).build();
  }

  @Override
  public PutRecordBatchResponse putRecordBatch(PutRecordBatchRequest request) {
    var constraints =
        new FirehoseConstraints()
            .stream(request.deliveryStreamName())
                .required("records", request.hasRecords() ? request.records() : null);
    if (request.hasRecords()) {
      constraints.count("records", request.records(), 1, BATCH_MAX);
    }
    long bytes = 0;
    for (int i = 0; i < request.records().size(); i++) {
      var record = request.records().get(i);
      check(constraints, "records." + (i + 1) + ".member.data", record);
      bytes += record.data() == null ? 0 : record.data().asByteArrayUnsafe().length;
    }
    constraints.check();
    if (bytes > BATCH_BYTES_MAX) {
      throw FirehoseErrors.invalid("Records size exceeds 4 MB limit");
    }
    var delivery = delivery(request.deliveryStreamName());
    put(delivery, request.records());
    var entries = new ArrayList<PutRecordBatchResponseEntry>(request.records().size());
    for (int i = 0; i < request.records().size(); i++) {
      entries.add(PutRecordBatchResponseEntry.builder().recordId(id()).build());
    }
    return PutRecordBatchResponse.builder()
        .failedPutCount(0)
        .encrypted(isEncrypted(delivery))
        .requestResponses(entries)
        .build();
  }

  private static void check(FirehoseConstraints constraints, String name, @Nullable Record record) {
    if (record != null) {
      constraints.required(name, record.data());
      if (record.data() != null) {
        constraints.bytes(name, record.data().asByteArrayUnsafe().length, RECORD_BYTES_MAX);
      }
    }
  }

  private Delivery delivery(String name) {
    var delivery = deliveries.get(name);
    if (delivery.config().sourceArn() != null) {
      throw FirehoseErrors.invalid(
          "This operation is not permitted on KinesisStreamAsSource delivery stream type.");
    }
    return delivery;
  }

  private void put(Delivery delivery, List<Record> records) {
    var now = deliveries.cloud.clock().millis();
    var buffered = new ArrayList<BufferedRecord>(records.size());
    for (var record : records) {
      buffered.add(new BufferedRecord(now, record.data().asByteArrayUnsafe(), null));
    }
    delivery.put(new Batch(), buffered);
  }

  private static boolean isEncrypted(Delivery delivery) {
    return delivery.config().description().deliveryStreamEncryptionConfiguration().status()
        == DeliveryStreamEncryptionStatus.ENABLED;
  }

  /// Ids look like AWS's: 224 characters of Base64.
  private String id() {
    var bytes = ByteBuffer.allocate(ID_BYTES);
    var seed = Long.parseUnsignedLong(deliveries.cloud.ids().unique(16), 16);
    while (bytes.hasRemaining()) {
      seed = seed * 6364136223846793005L + 1442695040888963407L;
      bytes.putLong(seed ^ seed >>> 29);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
