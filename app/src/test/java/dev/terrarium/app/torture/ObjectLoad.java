package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket into which small and large objects are put, some over each other.
final class ObjectLoad implements Load {
  /// Put over and over: always large, so that each time a file is deleted that a crash may bring
  /// back.
  private static final String HOT = "hot";

  /// Every third object is large.
  private static final int LARGE = 3;

  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger hotTried = new AtomicInteger();
  private volatile int hotAcknowledged;
  private int checkedUpTo;

  @Override
  public void prepare(Clients clients) {
    clients.s3().createBucket(b -> b.bucket("bucket"));
  }

  private static byte[] content(int n) {
    var bytes = new byte[4 + (n % LARGE == 0 ? 17_000 + n * 31 % 60_000 : n * 31 % 3000)];
    new Random(n).nextBytes(bytes);
    System.arraycopy(
        new byte[] {(byte) (n >> 24), (byte) (n >> 16), (byte) (n >> 8), (byte) n}, 0, bytes, 0, 4);
    return bytes;
  }

  private static String key(int n) {
    return "objects/%09d".formatted(n);
  }

  @Override
  public void run(Clients clients, BooleanSupplier goesOn) {
    while (goesOn.getAsBoolean()) {
      var n = number.incrementAndGet();
      put(clients, key(n), n);
      acknowledged.put(key(n), n);
      hotTried.set(LARGE * n);
      put(clients, HOT, LARGE * n);
      hotAcknowledged = LARGE * n;
    }
  }

  private static void put(Clients clients, String key, int n) {
    var body = RequestBody.fromBytes(content(n));
    clients.s3().putObject(p -> p.bucket("bucket").key(key), body);
  }

  @Override
  public int acknowledged() {
    return acknowledged.size();
  }

  @Override
  public void check(Clients clients) {
    var listed =
        clients.s3().listObjectsV2Paginator(l -> l.bucket("bucket")).contents().stream()
            .map(S3Object::key)
            .toList();
    assertThat(listed).as("acknowledged objects are listed").containsAll(acknowledged.keySet());
    for (var key : listed) {
      if (key.equals(HOT)) {
        var bytes = get(clients, key);
        var n =
            (bytes[0] & 255) << 24
                | (bytes[1] & 255) << 16
                | (bytes[2] & 255) << 8
                | bytes[3] & 255;
        assertThat(n).isBetween(hotAcknowledged, hotTried.get());
        assertThat(bytes).isEqualTo(content(n));
      } else {
        // Everything of this round, and a sample of what earlier rounds left.
        var n = Integer.parseInt(key.substring(key.indexOf('/') + 1));
        if (n > checkedUpTo || n % 50 == 0) {
          assertThat(get(clients, key)).as(key).isEqualTo(content(n));
        }
      }
    }
    checkedUpTo = number.get();
  }

  private static byte[] get(Clients clients, String key) {
    return clients.s3().getObjectAsBytes(g -> g.bucket("bucket").key(key)).asByteArray();
  }

  @Override
  public String toString() {
    return "objects " + acknowledged.size() + " put";
  }
}
