package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// Work on whole tables that goes on behind the answer and is taken up again after a crash:
/// exports, imports. What is stored of a job is the description that AWS shows of it.
///
/// @param <D> the SDK's type of the description
final class Jobs<D extends SdkPojo> {
  private final Tables tables;
  private final String kind;
  private final Keyspace<Place, D> descriptions;

  /// Of which table a job is, and its id.
  record Place(TableKey table, String id) {
    static final KeyCodec<Place> CODEC =
        KeyCodec.of(
            (place, writer) ->
                writer
                    .string(place.table.account())
                    .string(place.table.region())
                    .string(place.table.name())
                    .string(place.id),
            reader ->
                new Place(
                    new TableKey(reader.string(), reader.string(), reader.string()),
                    reader.string()));
  }

  /// @param kind how it is called in an ARN: `export`
  Jobs(Tables tables, String kind, Supplier<? extends Object> builder) {
    this.tables = tables;
    this.kind = kind;
    this.descriptions =
        new Keyspace<>(
            tables.store, "dynamodb." + kind + "s", Place.CODEC, new PojoCodec<>(builder));
  }

  /// The place of a new job.
  Place place(TableKey table) {
    var now = tables.cloud.clock().millis();
    return new Place(table, String.format(Locale.ROOT, "%014d-%s", now, tables.cloud.ids().hex(8)));
  }

  String arn(Place place) {
    return place.table.arn() + "/" + kind + "/" + place.id;
  }

  void put(Place place, D description) {
    descriptions.put(place, description);
  }

  @Nullable D get(Place place) {
    return descriptions.get(place);
  }

  private Matcher parts(String arn) {
    return Pattern.compile("arn:[^:]+:dynamodb:([^:]*):([0-9]*):table/([^/]+)/" + kind + "/(.+)")
        .matcher(arn);
  }

  /// Whether it could be the ARN of a job.
  boolean isArn(String arn) {
    return parts(arn).matches();
  }

  /// A job by its ARN, or null.
  @Nullable D find(String arn) {
    var parts = parts(arn);
    return parts.matches()
        ? descriptions.get(
            new Place(
                new TableKey(
                    Objects.requireNonNull(parts.group(2)),
                    Objects.requireNonNull(parts.group(1)),
                    Objects.requireNonNull(parts.group(3))),
                Objects.requireNonNull(parts.group(4))))
        : null;
  }

  /// The caller's first job of some kind, or null.
  @Nullable D first(Predicate<D> wanted) {
    var found = page(wanted, 1, null).jobs;
    return found.isEmpty() ? null : found.getFirst();
  }

  /// Some of the caller's jobs, in the order of their tables and ids.
  ///
  /// @param next where the next page begins, or null if this is the last
  record Page<D>(List<D> jobs, @Nullable String next) {}

  /// The caller's jobs of some kind.
  ///
  /// @param after what the page before said comes next, or null for the first page
  Page<D> page(Predicate<D> wanted, int max, @Nullable String after) {
    var call = Call.current();
    var found = new ArrayList<D>();
    var places = new ArrayList<String>();
    descriptions.scan(
        (place, job) -> {
          if ((after == null || arn(place).compareTo(after) > 0) && wanted.test(job)) {
            found.add(job);
            places.add(arn(place));
          }
          return found.size() <= max;
        },
        call.account(),
        call.region());
    return found.size() <= max
        ? new Page<>(found, null)
        : new Page<>(found.subList(0, max), places.get(max - 1));
  }

  /// Takes up the jobs that have not ended.
  void resume(Predicate<D> isRunning, Consumer<Place> work) {
    descriptions.scan((place, job) -> {
      if (isRunning.test(job)) {
        start(place, work);
      }
      return true;
    });
  }

  /// Works behind the answer.
  void start(Place place, Consumer<Place> work) {
    tables.background(kind, place.table.scope(), () -> work.accept(place));
  }
}
