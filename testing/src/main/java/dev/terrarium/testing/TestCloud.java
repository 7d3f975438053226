package dev.terrarium.testing;

import dev.terrarium.deploy.Packager;
import dev.terrarium.deploy.StackDeployment;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/// A cloud in memory, of every service whose SDK module is on the class path.
///
/// ```java
/// try (var base = TestCloud.start(); var cloud = base.fork()) {
///   cloud.client(SqsClient.class).createQueue(q -> q.queueName("orders"));
/// }
/// ```
public final class TestCloud implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final MemoryStore store;
  private final Cloud cloud;
  private final ReentrantLock listening = new ReentrantLock();
  private @Nullable HttpServer server;

  private TestCloud(MemoryStore store, FileBlobs blobs, Clock clock, Ids ids, Scope scope) {
    this.store = store;
    this.cloud =
        Cloud.builder().store(store).blobs(blobs).clock(clock).ids(ids).defaultScope(scope).build();
  }

  /// An empty cloud whose clock runs with the machine's.
  public static TestCloud start() {
    return start(new Clock(), Cloud.DEFAULT_SCOPE);
  }

  /// An empty cloud whose clock stands at `now` until it is moved.
  public static TestCloud startAt(Instant now) {
    return start(Clock.stoppedAt(now), Cloud.DEFAULT_SCOPE);
  }

  static TestCloud start(Clock clock, Scope scope) {
    var ids = new Ids();
    return new TestCloud(new MemoryStore(), FileBlobs.temporary(ids), clock, ids, scope);
  }

  /// Another cloud that begins with all that this one has at this moment, and then goes its own
  /// way. The time it takes does not depend on how much that is, but for bodies over some
  /// kilobytes, which are linked one by one.
  public TestCloud fork() {
    var ids = new Ids();
    MemoryStore state;
    FileBlobs bodies;
    try (var _ = cloud.blobs().keep()) {
      // In this order: a body is there before anything in the store points to it.
      state = store.fork();
      bodies = FileBlobs.temporary(ids, cloud.blobs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var fork = new TestCloud(state, bodies, sameTime(), ids, cloud.defaultScope());
    fork.cloud.resume();
    return fork;
  }

  private Clock sameTime() {
    var clock = Clock.stoppedAt(cloud.clock().now());
    clock.rate(cloud.clock().rate());
    return clock;
  }

  /// A client of a service, without a socket.
  ///
  /// @param <C> the SDK's interface, synchronous or asynchronous
  /// @throws IllegalArgumentException if Terrarium has no such service
  public <C> C client(Class<C> type) {
    return cloud.client(type);
  }

  /// The address of this cloud for clients with a socket; it listens from now on.
  public URI endpoint() {
    listening.lock();
    try {
      if (server == null) {
        server = new HttpServer(cloud, LOOPBACK, 0, false, null);
      }
      return URI.create(cloud.endpoint());
    } finally {
      listening.unlock();
    }
  }

  /// The clock.
  public TestClock clock() {
    return new TestClock(cloud);
  }

  /// What has happened since this cloud began.
  public History history() {
    return new History(cloud);
  }

  /// The cloud itself: faults, meter, and all else that [Cloud] has.
  public Cloud cloud() {
    return cloud;
  }

  /// Deploys a template with the local code that it names.
  ///
  /// @return the stack's outputs
  /// @throws IllegalStateException with the reasons if that fails; the stack is rolled back then
  public Map<String, String> deploy(Path template, String stack, Map<String, String> parameters) {
    endpoint(); // Functions may want to call back.
    var told = new ArrayList<String>();
    try {
      var region = cloud.defaultScope().region();
      var s3 = client(S3Client.class);
      var packaged = Packager.of(s3, client(StsClient.class), region, told::add).packaged(template);
      return new StackDeployment(client(CloudFormationClient.class), stack, told::add)
          .deploy(packaged, parameters);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + template.toAbsolutePath(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + lines(told), e);
    }
  }

  private static String lines(List<String> told) {
    return String.join("\n", told);
  }

  /// Ends it, and all that is in it.
  @Override
  public void close() {
    listening.lock();
    try {
      if (server != null) {
        server.close();
      }
    } finally {
      listening.unlock();
    }
    cloud.close();
  }
}
