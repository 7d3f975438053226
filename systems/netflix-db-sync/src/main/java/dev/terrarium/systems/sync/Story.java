package dev.terrarium.systems.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// One run: titles are uploaded, replaced and deleted.
final class Story implements Scenario {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int UPLOADS = 300;
  private static final int LANES = 2;

  /// An upload, or without content a deletion.
  private record Upload(String key, byte @Nullable [] content) {}

  private final Run run;
  private final Table metadata;
  private final List<Upload> uploads = new ArrayList<>();
  private Map<String, Map<String, Object>> due = Map.of();
  private int missed;
  private int passedOver;
  private long begun;
  private long millis;

  Story(Run run) {
    this.run = run;
    this.metadata =
        new Table(run.clients.in(NetflixDbSync.OFFSHORE).dynamo, run.output("Metadata"));
  }

  @Override
  public JsonNode generate() {
    var random = new SplittableRandom(run.options().seed());
    var count = Math.max(20, (int) (UPLOADS * run.options().scale()));
    var state = new TreeMap<String, Map<String, Object>>();
    for (int i = 0; i < count; i++) {
      // Keys as people make them: events tell them in a coding of their own.
      var key = "titles/Léon + Mathilda (1994) #" + random.nextInt(1 + count / 6) + "/cut 1.mxf";
      var before = state.get(key);
      if (before != null && before.containsKey("etag") && random.nextInt(4) == 0) {
        uploads.add(new Upload(key, null));
        state.put(key, Map.of("deleted", true));
      } else {
        var content = new byte[1 + random.nextInt(2000)];
        random.nextBytes(content);
        uploads.add(new Upload(key, content));
        state.put(key, Map.of("deleted", false, "size", content.length, "etag", md5(content)));
      }
    }
    due = state;
    return JSON.valueToTree(state);
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void drive() {
    var seed = run.options().seed();
    if (run.suffers("duplicate-delivery")) {
      run.terrarium.disturb(seed, "deliver:s3:lambda", "DUPLICATE", 0.5);
    } else if (run.suffers("reordered")) {
      run.terrarium.delay(seed, "deliver:s3:lambda", 0.33, Duration.ofSeconds(30));
    } else if (run.suffers("offshore-down")) {
      run.terrarium.disturb(seed, "call:dynamodb:*@" + NetflixDbSync.OFFSHORE, "FAIL", 1);
    }
    upload();
    if (run.suffers("offshore-down")) {
      redrive();
    }
    run.settle(
        "the database knows of all objects",
        Duration.ofSeconds(20),
        () -> known().equals(JSON.valueToTree(due)),
        () -> known().size() + " of " + due.size() + " objects");
    millis = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    run.pass(Duration.ofMinutes(5)); // What comes late has come now.
    run.await(Duration.ofSeconds(2), () -> false);
    passedOver = run.function("Sync").log().size();
  }

  private void upload() {
    if (run.options().fault().isEmpty()) {
      // So that what is measured meets a function that has begun.
      put(uploads.getFirst());
      run.settle(
          "the function has begun",
          Duration.ofMinutes(1),
          () -> !known().isEmpty(),
          () -> "no object is known");
    }
    begun = System.currentTimeMillis();
    var lanes = new TreeMap<Integer, List<Upload>>();
    uploads.forEach(u ->
        lanes
            .computeIfAbsent(Math.floorMod(u.key().hashCode(), LANES), l -> new ArrayList<>())
            .add(u));
    var fatal = run.suffers("restart-cloud") ? uploads.get(uploads.size() / 2) : null;
    run.each(
        lanes.values(),
        LANES,
        lane ->
            lane.forEach(upload -> {
              if (upload == fatal) {
                run.killAndRestart();
              }
              run.surely(() -> put(upload));
            }));
    run.say("%d uploads and deletions".formatted(uploads.size()));
  }

  private void put(Upload upload) {
    var bucket = run.output("Uploads");
    var content = upload.content();
    if (content == null) {
      run.clients.s3.deleteObject(delete -> delete.bucket(bucket).key(upload.key()));
    } else {
      run.clients.s3.putObject(
          put -> put.bucket(bucket).key(upload.key()), RequestBody.fromBytes(content));
    }
  }

  /// Waits until all events have been given up, and sends them again, as they were.
  private void redrive() {
    run.settle(
        "all events have been given up",
        Duration.ofMinutes(3),
        () -> run.queue("Missed").size() >= uploads.size(),
        () -> run.queue("Missed").size() + " of " + uploads.size());
    run.terrarium.disturbNoMore();
    for (var message : run.queue("Missed").take()) {
      missed++;
      run.clients.lambda.invoke(invoke ->
          invoke
              .functionName(run.output("Sync"))
              .invocationType(InvocationType.EVENT)
              .payload(SdkBytes.fromUtf8String(tree(message).path("requestPayload").toString())));
    }
    run.say("the other region is back, %d events are sent again".formatted(missed));
  }

  private static JsonNode tree(String message) {
    try {
      return JSON.readTree(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not as Lambda writes it: " + message, e);
    }
  }

  /// What the database knows, in the truth's form.
  private JsonNode known() {
    var known = new TreeMap<String, Map<String, Object>>();
    for (var item : metadata.items()) {
      var deleted = item.getOrDefault("deleted", AttributeValue.fromBool(false)).bool();
      known.put(
          Table.text(item, "key"),
          deleted
              ? Map.of("deleted", true)
              : Map.of(
                  "deleted",
                  false,
                  "size",
                  (int) Table.number(item, "size"),
                  "etag",
                  Table.text(item, "etag")));
    }
    return JSON.valueToTree(known);
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    if (run.options().fault().isEmpty()) {
      report.rate("events", uploads.size(), millis, 0);
    }
    report.fact("passed over", passedOver + " events that were repeated or overtaken");
    var known = known();
    var objects = run.bucket("Uploads").keys("");
    for (var title : truth.properties()) {
      report.equal(
          "the database knows what became of each object",
          title.getKey(),
          title.getValue(),
          tree(known.path(title.getKey()).toString()));
      report.equal(
          "the bucket has what it must",
          title.getKey(),
          !title.getValue().path("deleted").asBoolean(),
          objects.contains(title.getKey()));
    }
    report.equal("the database knows of nothing else", "titles", truth.size(), known.size());
    if (run.suffers("offshore-down")) {
      report.equal("all events were given up and sent again", "events", uploads.size(), missed);
    } else {
      report.equal("no event was given up", "events", 0, run.queue("Missed").size());
    }
    if (run.suffers("duplicate-delivery") || run.suffers("reordered")) {
      report.hold("some events were passed over", passedOver > 0, "none was");
    }
  }
}
