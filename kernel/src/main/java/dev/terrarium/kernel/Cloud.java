package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Blobs;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.time.Clock;
import dev.terrarium.kernel.time.Timers;
import dev.terrarium.kernel.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// The running whole: the services, and everything that they stand on.
///
/// `cloud.client(SqsClient.class)` is the door from Java: an SDK client without a socket. The
/// wire's door is [#call]. Behind both, a call is authorised, served, and held back until the store
/// is durable up to what it wrote or could see.
public final class Cloud implements AutoCloseable {
  /// The scope of callers that name none.
  public static final Scope DEFAULT_SCOPE = new Scope("000000000000", "us-east-1");

  private final Store store;
  private final Blobs blobs;
  private final Clock clock;
  private final Ids ids;
  private final Timers timers;
  private final Signals signals;
  private final Trace trace;
  private final Meter meter = new Meter();
  private final Faults faults;
  private final Scope defaultScope;
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<String, Service> byClient = new LinkedHashMap<>();
  private final Map<Class<?>, Object> clients = new ConcurrentHashMap<>();
  private final CredentialSources credentials = new CredentialSources();
  private final Door door;
  private volatile boolean enforcing;
  volatile boolean closed;
  private volatile Authoriser authoriser = Authoriser.PERMISSIVE;
  private volatile String endpoint = "http://localhost:4566";

  Cloud(CloudBuilder builder) {
    this.store = builder.store == null ? new MemoryStore() : builder.store;
    this.clock = builder.clock;
    this.ids = builder.ids;
    this.blobs = builder.blobs == null ? FileBlobs.temporary(ids) : builder.blobs;
    this.defaultScope = builder.defaultScope;
    this.timers = new Timers(clock, store, this::openHandler);
    this.signals = new Signals(timers);
    this.trace = new Trace(clock, ids);
    this.faults = new Faults(timers);
    this.door = new Door(this);
    for (var definition : builder.packages) {
      add(definition);
    }
  }

  /// Makes a cloud.
  public static CloudBuilder builder() {
    return new CloudBuilder();
  }

  /// A cloud of everything on the class path, in memory, with the machine's clock. For tests.
  public static Cloud inMemory() {
    return builder().build();
  }

  /// The in-process client of a service. Inside of a call it acts in that call's account and
  /// region, outside in the default ones.
  ///
  /// @param <C> the SDK's client interface, the synchronous one or the asynchronous one
  /// @throws IllegalArgumentException if the service is not there
  public <C> C client(Class<C> client) {
    return client.cast(
        clients.computeIfAbsent(client, c -> door.client(c, service(c), null, null)));
  }

  /// As [#client], always in the given account and region.
  public <C> C client(Class<C> client, Scope scope) {
    return client.cast(door.client(client, service(client), scope, null));
  }

  /// As [#client], always in the given account and region and as the given principal.
  public <C> C client(Class<C> client, Scope scope, Principal principal) {
    return client.cast(door.client(client, service(client), scope, principal));
  }

  /// Serves one call from outside and returns the response, or what a streaming operation's
  /// transformer made of it.
  ///
  /// @param arguments the request, then the body or transformer if the operation streams
  /// @throws AwsServiceException the service's answer, if it is an error
  public @Nullable Object call(
      Call call, Service service, Operation operation, @Nullable Object... arguments) {
    return door.call(call, service, operation, arguments);
  }

  /// Runs work of a service's own on a virtual thread; see [#as].
  public Thread background(String service, String name, Scope scope, Runnable work) {
    return timers.background(name, () -> as(service, name, scope, work));
  }

  /// Runs work of a service's own on this thread, as a call of that service in `scope`. Clients
  /// used inside act in that scope.
  public void as(String service, String name, Scope scope, Runnable work) {
    var principal = Principal.service(scope.account(), service + ".amazonaws.com");
    var current = Call.currentOrNull();
    var cause = current == null ? trace.begin() : current.cause();
    var call = new Call(scope, principal, ids.uuid(), service, name, cause, endpoint, "127.0.0.1");
    ScopedValue.where(Call.CURRENT, call).where(Door.BACKGROUND, true).run(work);
  }

  /// Runs work in the chain that `traceHeader` names: what it calls follows from the call that the
  /// header is of.
  public void causedBy(@Nullable String traceHeader, Runnable work) {
    var call = Call.current().at(trace.at(traceHeader));
    ScopedValue.where(Call.CURRENT, call).run(work);
  }

  /// Runs work that nobody has called for, such as a function for a queue's messages, as if one
  /// had: as a link of its own in the current chain, which the trace shows.
  public <T> T hop(String service, String operation, Supplier<T> work) {
    return door.hop(service, operation, work);
  }

  /// Tells that something happens with `batch`: whoever hears it notes in the same batch what is to
  /// come of it. Costs next to nothing while nobody has anything in the store that could hear.
  public void announce(Batch batch, Supplier<Announcement> what) {
    for (var service : services.values()) {
      if (service.hears() && hasState(service)) {
        service.audience().hear(batch, what.get());
      }
    }
  }

  /// The services that are there.
  public Collection<Service> services() {
    return services.values();
  }

  /// A service by its name in Terrarium, or null.
  public @Nullable Service service(String name) {
    return services.get(name);
  }

  /// The service of a client interface.
  ///
  /// @throws IllegalArgumentException if it is not there
  public Service service(Class<?> client) {
    var service = byClient.get(ServiceModel.syncName(client));
    if (service == null) {
      throw new IllegalArgumentException("Terrarium has no service for " + client.getName());
    }
    return service;
  }

  /// Where all state is.
  public Store store() {
    return store;
  }

  /// Returns once everything that is visible now would survive. Whoever works in the background
  /// calls it before something happens that a crash does not take back: a request to the outside, a
  /// function that begins, a file that is deleted.
  public void awaitDurable() {
    store.awaitDurable(store.position());
  }

  /// Deletes bodies that nothing in the store points to any more, once that is durable: after a
  /// crash the store might point to them again.
  public void discard(Collection<String> bodies) {
    awaitDurable();
    try {
      for (var body : bodies) {
        blobs.delete(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where large bodies are.
  public Blobs blobs() {
    return blobs;
  }

  /// The one clock.
  public Clock clock() {
    return clock;
  }

  /// What happens later.
  public Timers timers() {
    return timers;
  }

  /// What wakes whom.
  public Signals signals() {
    return signals;
  }

  /// What happened.
  public Trace trace() {
    return trace;
  }

  /// What it would have cost.
  public Meter meter() {
    return meter;
  }

  /// What goes wrong on purpose.
  public Faults faults() {
    return faults;
  }

  /// Where ids come from.
  public Ids ids() {
    return ids;
  }

  /// The account and region of callers that name none.
  public Scope defaultScope() {
    return defaultScope;
  }

  /// Where this cloud is reached, without a slash at the end.
  public String endpoint() {
    return endpoint;
  }

  /// Tells where this cloud is reached.
  public void endpoint(String address) {
    endpoint = address;
  }

  /// Who an access key belongs to.
  public CredentialSources credentials() {
    return credentials;
  }

  /// Whether callers must prove who they are.
  public boolean enforcing() {
    return enforcing;
  }

  /// Tells whether callers must prove who they are. If they must, the service that knows identities
  /// decides from now on what they may do.
  public void enforcing(boolean mustProve) {
    enforcing = mustProve;
    if (mustProve) {
      services.values().stream()
          .flatMap(service -> Stream.ofNullable(service.authoriser()))
          .findFirst()
          .ifPresent(found -> authoriser = found);
    }
  }

  /// Who decides what is allowed.
  public Authoriser authoriser() {
    return authoriser;
  }

  /// Replaces who decides what is allowed.
  public void authoriser(Authoriser replacement) {
    authoriser = replacement;
  }

  /// Takes up the work that the store holds: timers, pollers, deliveries. Services without any
  /// state stay asleep.
  public void resume() {
    clock.restore(store);
    for (var service : services.values()) {
      if (hasState(service)) {
        service.open();
      }
    }
  }

  /// Writes a copy of this moment into a folder, which must not exist, while the work goes on.
  public void snapshot(Path directory) {
    try (var _ = blobs.keep()) {
      store.checkpoint(directory);
      blobs.checkpoint(directory.resolve("blobs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Forgets everything, as if newly made.
  public void reset() {
    services.values().forEach(Service::close);
    store.clear();
    awaitDurable();
    try {
      blobs.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    meter.reset();
  }

  @Override
  public void close() {
    services.values().forEach(Service::close);
    closed = true;
    timers.close(); // Long polls and background work end, and may have opened services again.
    services.values().forEach(Service::close);
    store.close();
    blobs.close();
  }

  private boolean hasState(Service service) {
    var from = (service.name() + ".").getBytes(StandardCharsets.UTF_8);
    try (var cursor = store.scan(from, Key.after(from), false)) {
      return cursor.next();
    }
  }

  /// A timer of a service that sleeps is due: its name begins with the service's.
  private void openHandler(String handler) {
    var service = services.get(handler.substring(0, Math.max(0, handler.indexOf('.'))));
    if (service != null) {
      service.open();
    }
  }

  private void add(ServicePackage definition) {
    Class<?> client;
    try {
      client =
          Class.forName(
              definition.clientInterface(), false, definition.getClass().getClassLoader());
    } catch (ClassNotFoundException e) {
      return;
    }
    var service = new Service(this, definition, client);
    services.put(definition.name(), service);
    byClient.put(client.getName(), service);
  }
}
