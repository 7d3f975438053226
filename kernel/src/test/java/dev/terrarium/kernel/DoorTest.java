package dev.terrarium.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Cursor;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.store.Snapshot;
import dev.terrarium.kernel.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;

@Timeout(60)
final class DoorTest {
  /// A memory store whose disk answers only when it is let.
  private static final class SlowStore implements Store {
    final MemoryStore memory = new MemoryStore();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch let = new CountDownLatch(1);
    final CountDownLatch hastened = new CountDownLatch(1);

    @Override
    public byte @Nullable [] get(byte[] key) {
      return memory.get(key);
    }

    @Override
    public Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse) {
      return memory.scan(from, to, reverse);
    }

    @Override
    public Snapshot snapshot() {
      return memory.snapshot();
    }

    @Override
    public void commit(Batch batch) {
      memory.commit(batch);
    }

    @Override
    public long position() {
      return memory.position();
    }

    @Override
    public void awaitDurable(long position) {
      asked.countDown();
      try {
        let.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void hasten() {
      hastened.countDown();
    }

    @Override
    public void checkpoint(Path directory) {
      memory.checkpoint(directory);
    }

    @Override
    public void clear() {
      memory.clear();
    }

    @Override
    public void close() {}
  }

  private record Parts(List<?> objects) implements ServicePackage {
    @Override
    public String name() {
      return "s3";
    }

    @Override
    public String clientInterface() {
      return "software.amazon.awssdk.services.s3.S3Client";
    }

    @Override
    public List<?> open(Cloud cloud) {
      return objects;
    }
  }

  private static final class Lists implements S3Client {
    private final Store store;

    Lists(Store store) {
      this.store = store;
    }

    @Override
    public ListBucketsResponse listBuckets(ListBucketsRequest request) {
      store.commit(new Batch().put(Key.of("k"), new byte[] {1}));
      return ListBucketsResponse.builder().build();
    }

    @Override
    public <T> T getObject(
        GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
      store.commit(new Batch().put(Key.of("k"), new byte[] {1}));
      var body = new java.io.ByteArrayInputStream(new byte[] {7});
      try {
        return transformer.transform(
            GetObjectResponse.builder().build(), AbortableInputStream.create(body));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static Cloud cloud(Store store, Object... parts) {
    return Cloud.builder().store(store).packages(List.of(new Parts(List.of(parts)))).build();
  }

  @Test
  void anAnswerLeavesOnlyWhenItIsDurable() throws InterruptedException {
    var store = new SlowStore();
    try (var cloud = cloud(store, new Lists(store))) {
      assertHeld(store, () -> cloud.client(S3Client.class).listBuckets());
    }
  }

  @Test
  void aStreamingAnswerBeginsOnlyWhenItIsDurable() throws InterruptedException {
    var store = new SlowStore();
    try (var cloud = cloud(store, new Lists(store))) {
      ResponseTransformer<GetObjectResponse, byte[]> transformer =
          (response, body) -> {
            assertThat(store.let.getCount()).isZero();
            return body.readAllBytes();
          };
      assertHeld(
          store,
          () ->
              assertThat(
                      cloud
                          .client(S3Client.class)
                          .getObject(GetObjectRequest.builder().build(), transformer))
                  .containsExactly(7));
    }
  }

  private static void assertHeld(SlowStore store, Runnable call) throws InterruptedException {
    var answered = new AtomicBoolean();
    var caller =
        Thread.ofVirtual()
            .start(() -> {
              call.run();
              answered.set(true);
            });
    store.asked.await();
    assertThat(store.get(Key.of("k"))).as("visible at once").isNotNull();
    assertThat(answered).isFalse();
    store.let.countDown();
    caller.join();
    assertThat(answered).isTrue();
  }

  @Test
  void ownWorkOfAServiceGoesOnAndIsMadeDurableAllTheSame() throws InterruptedException {
    var store = new SlowStore();
    try (var cloud = cloud(store, new Lists(store))) {
      var client = cloud.client(S3Client.class);
      cloud.as("sns", "deliver", Cloud.DEFAULT_SCOPE, () -> client.listBuckets());
      store.hastened.await();
      assertThat(store.asked.getCount()).as("waited for the disk").isPositive();
    }
  }

  @Test
  void aBodyIsDeletedOnceNoCrashBringsBackWhatPointedToIt()
      throws IOException, InterruptedException {
    var store = new SlowStore();
    try (var cloud = cloud(store)) {
      String body;
      try (var writer = cloud.blobs().create()) {
        body = writer.finish();
      }
      var discarding = Thread.ofVirtual().start(() -> cloud.discard(List.of(body)));
      store.asked.await();
      assertThat(cloud.blobs().ids()).containsExactly(body);
      store.let.countDown();
      discarding.join();
      assertThat(cloud.blobs().ids()).isEmpty();
    }
  }

  @Test
  void ownWorkOfAServiceEndsWithTheCloudAndIsNotToldOfAFailure() {
    var store = new MemoryStore();
    var cloud = cloud(store, new Lists(store));
    var client = cloud.client(S3Client.class);
    cloud.close();
    assertThatThrownBy(client::listBuckets)
        .isInstanceOfSatisfying(
            AwsServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    assertThatThrownBy(
            () -> cloud.as("sns", "deliver", Cloud.DEFAULT_SCOPE, () -> client.listBuckets()))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void twoPartsThatServeTheSameOperationAreRefused() {
    var store = new MemoryStore();
    try (var cloud = cloud(store, new Lists(store), new Lists(store))) {
      assertThatThrownBy(() -> cloud.service(S3Client.class).open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Two parts of s3 serve");
    }
  }

  @Test
  void whatIsNotSupportedSaysSoByName() {
    var store = new MemoryStore();
    try (var cloud = cloud(store, new Lists(store))) {
      assertThatThrownBy(() -> cloud.client(S3Client.class).deleteBucket(b -> b.bucket("b")))
          .isInstanceOfSatisfying(
              AwsServiceException.class,
              e -> {
                assertThat(e.statusCode()).isEqualTo(501);
                assertThat(e.getMessage()).contains("DeleteBucket");
              });
      assertThat(cloud.service(S3Client.class).supported())
          .containsExactly("GetObject", "ListBuckets");
    }
  }

  @Test
  void aFaultOfARegionLeavesTheOthersAlone() {
    var store = new MemoryStore();
    try (var cloud = cloud(store, new Lists(store))) {
      var rule =
          new Faults.Rule(
              "call:*@eu-west-1", Faults.Kind.FAIL, 1, Long.MAX_VALUE, java.time.Duration.ZERO);
      cloud.faults().plan(1, List.of(rule));
      var there = cloud.client(S3Client.class, new Scope("000000000000", "eu-west-1"));
      assertThatThrownBy(there::listBuckets).hasMessageContaining("A fault was planned");
      assertThat(cloud.client(S3Client.class).listBuckets()).isNotNull();
    }
  }

  @Test
  void aHopHangsBelowItsHeaderAndTellsHowItFailed() {
    try (var cloud = cloud(new MemoryStore())) {
      Runnable work =
          () ->
              cloud.hop(
                  "s3",
                  "Work",
                  () -> {
                    throw new IllegalStateException("on purpose");
                  });
      cloud.as(
          "s3",
          "test",
          Cloud.DEFAULT_SCOPE,
          () ->
              assertThatThrownBy(() -> cloud.causedBy("Root=1-00000000-0", work))
                  .isInstanceOf(IllegalStateException.class));
      var hop = cloud.trace().latest(span -> true, 1).getFirst();
      assertThat(hop.error()).isEqualTo("InternalFailure");
      assertThat(hop.cause().traceId()).isEqualTo("1-00000000-0");
      assertThat(hop.cause().parentId()).matches("[0-9a-f]{16}");
    }
  }

  @Test
  void nothingIsOpenedAgainOnceItIsClosed() {
    var store = new MemoryStore();
    var cloud = cloud(store, new Lists(store));
    var s3 = cloud.client(S3Client.class);
    s3.listBuckets();
    cloud.close();
    assertThatThrownBy(s3::listBuckets)
        .isInstanceOfSatisfying(
            AwsServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
  }
}
