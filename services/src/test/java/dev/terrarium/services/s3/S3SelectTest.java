package dev.terrarium.services.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.s3.select.Bzip2InputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpressionType;
import software.amazon.awssdk.services.s3.model.InputSerialization;
import software.amazon.awssdk.services.s3.model.OutputSerialization;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.SelectObjectContentRequest;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponseHandler;

@Timeout(60)
final class S3SelectTest {
  private static final String CSV =
      "name,age,city\nAda,36,\"London, UK\"\nBob,7,Paris\nEve,55,Rome\n";

  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void bucket() {
    s3.createBucket(b -> b.bucket("data"));
    put("csv", CSV.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(p -> p.bucket("data").key(key), RequestBody.fromBytes(bytes));
  }

  private String select(
      String key,
      String sql,
      Consumer<InputSerialization.Builder> input,
      Consumer<OutputSerialization.Builder> output) {
    return selected(
        SelectObjectContentRequest.builder()
            .bucket("data")
            .key(key)
            .expression(sql)
            .expressionType(ExpressionType.SQL)
            .inputSerialization(input)
            .outputSerialization(output)
            .build());
  }

  private String selected(SelectObjectContentRequest request) {
    var result = new StringBuilder();
    cloud
        .client(S3AsyncClient.class)
        .selectObjectContent(
            request,
            SelectObjectContentResponseHandler.builder()
                .subscriber(
                    SelectObjectContentResponseHandler.Visitor.builder()
                        .onRecords(records -> result.append(records.payload().asUtf8String()))
                        .build())
                .build())
        .join();
    return result.toString();
  }

  private String csv(String sql) {
    return select("csv", sql, i -> i.csv(c -> c.fileHeaderInfo("USE")), o -> o.csv(c -> {}));
  }

  @Test
  void columnsAreChosenByNameAndPlace() {
    assertThat(csv("SELECT * FROM S3Object s WHERE s.city LIKE 'London%'"))
        .isEqualTo("Ada,36,\"London, UK\"\n");
    assertThat(csv("SELECT s._1, s.age FROM S3Object s WHERE CAST(s.age AS INT) > 30 LIMIT 1"))
        .isEqualTo("Ada,36\n");
    assertThat(csv("select upper(name) || '!' from s3object where age between 1 and 40"))
        .isEqualTo("ADA!\nBOB!\n");
    assertThat(
            select(
                "csv",
                "SELECT _2 FROM S3Object",
                i -> i.csv(c -> c.fileHeaderInfo("NONE")),
                o -> o.json(j -> {})))
        .isEqualTo("{\"_2\":\"age\"}\n{\"_2\":\"36\"}\n{\"_2\":\"7\"}\n{\"_2\":\"55\"}\n");
  }

  @Test
  void aggregatesSeeWhatTheConditionLetsThrough() {
    assertThat(csv("SELECT COUNT(*), SUM(CAST(age AS INT)), MAX(name) FROM S3Object"))
        .isEqualTo("3,98,Eve\n");
    assertThat(csv("SELECT AVG(CAST(age AS INT)) AS a FROM S3Object WHERE city <> 'Rome'"))
        .isEqualTo("21.5\n");
  }

  @Test
  void recordsOfJsonAreFoundWhereThePathLeads() throws IOException {
    put(
        "lines",
        "{\"a\":{\"b\":[1,2]}}\n{\"a\":{\"b\":[3]},\"c\":null}\n".getBytes(StandardCharsets.UTF_8));
    assertThat(
            select(
                "lines",
                "SELECT s.a.b[0] AS first FROM S3Object s WHERE s.c IS MISSING",
                i -> i.json(j -> j.type("LINES")),
                o -> o.json(j -> {})))
        .isEqualTo("{\"first\":1}\n");
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write("{\"rows\":[{\"x\":1},{\"x\":2}]}".getBytes(StandardCharsets.UTF_8));
    }
    put("zipped", zipped.toByteArray());
    assertThat(
            select(
                "zipped",
                "SELECT r.x * 10 AS y FROM S3Object[*].rows[*] r",
                i -> i.compressionType("GZIP").json(j -> j.type("DOCUMENT")),
                o -> o.json(j -> j.recordDelimiter(";"))))
        .isEqualTo("{\"y\":10};{\"y\":20};");
  }

  @Test
  void whatIsNoQueryIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> csv("SELECT FROM S3Object"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ParseUnexpectedToken"));
    assertThatThrownBy(() -> csv("SELECT nobody FROM S3Object"))
        .cause()
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("MissingHeaders"));
  }

  @Test
  void aBucketElsewhereTellsItsRegion() {
    var west = new dev.terrarium.kernel.Scope("000000000000", "eu-west-1");
    cloud
        .client(S3Client.class, west)
        .createBucket(
            b -> b.bucket("far").createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
    assertThatThrownBy(() -> s3.listObjectsV2(l -> l.bucket("far")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(301);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("PermanentRedirect");
              assertThat(
                      e.awsErrorDetails()
                          .sdkHttpResponse()
                          .firstMatchingHeader("x-amz-bucket-region"))
                  .contains("eu-west-1");
            });
    assertThat(s3.getBucketLocation(l -> l.bucket("far")).locationConstraintAsString())
        .isEqualTo("eu-west-1");
    var there = cloud.client(S3Client.class, west);
    there.putObject(p -> p.bucket("far").key("index.html"), RequestBody.fromString("hi"));
    there.putBucketWebsite(w ->
        w.bucket("far").websiteConfiguration(c -> c.indexDocument(i -> i.suffix("index.html"))));
    assertThat(new S3Web(cloud).respond("far", "", "GET", java.util.Map.of()).status())
        .isEqualTo(200);
  }

  @Test
  void whatBzip2WroteIsRead() {
    // bzip2 of CSV.
    put(
        "bz2",
        Base64.getDecoder()
            .decode(
                "QlpoOTFBWSZTWS2Uim4AABffgAAQUAQLgDIMUgA+o50gIABUYwAAAABU/U1ADyQPUZPKaVJ+70HunVyohQwiEB2KZQl5E1YubWqG4+fIhIUduy8+53wu5IpwoSBbKRTc"));
    assertThat(
            select(
                "bz2",
                "select s.name from s3object s where cast(s.age as int) > 10",
                i -> i.csv(c -> c.fileHeaderInfo("USE")).compressionType("BZIP2"),
                o -> o.csv(c -> {})))
        .isEqualTo("Ada\nEve\n");
    assertThatThrownBy(() ->
            select(
                "csv",
                "select * from s3object",
                i -> i.csv(c -> {}).compressionType("BZIP2"),
                o -> o.csv(c -> {})))
        .hasMessageContaining("BZIP2 is not applicable to the queried object");
  }

  @Test
  void runsAndSeveralBlocksOfBzip2AreRead() throws IOException {
    // 2,500,000 times x: three blocks; and runs of 4, 5, 6, 259 and 260 equal bytes.
    var runs = "aaaa" + "aaaab".repeat(3) + "abcabc" + "c".repeat(259) + "d".repeat(260) + "\n";
    assertThat(unzipped("QlpoOTFBWSZTWb/QJfYAEyWAgYBAAIAACCAAMMwFKaakRRsFEUeLuSKcKEhf6BL7AA=="))
        .isEqualTo("x".repeat(2_500_000));
    assertThat(
            unzipped(
                "QlpoOTFBWSZTWaUBhYAAAbPBAOQQPAAACCAAkoKVT1Gj1ApUj1HqMItRai6RYi4grSLUXEWItRaReEXaLEXCLUWIsUjVI7RaixSO0XEX4u5IpwoSFKAwsAA="))
        .isEqualTo(runs.repeat(50));
  }

  private static String unzipped(String base64) throws IOException {
    try (var in =
        new Bzip2InputStream(new ByteArrayInputStream(Base64.getDecoder().decode(base64)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String scan(@Nullable Long start, @Nullable Long end) {
    return selected(
        SelectObjectContentRequest.builder()
            .bucket("data")
            .key("csv")
            .expression("select s._1 from s3object s")
            .expressionType(ExpressionType.SQL)
            .inputSerialization(i -> i.csv(c -> {}))
            .outputSerialization(o -> o.csv(c -> {}))
            .scanRange(r -> r.start(start).end(end))
            .build());
  }

  @Test
  void aScanRangeHoldsTheRecordsThatBeginInIt() {
    var bob = (long) CSV.indexOf("Bob");
    assertThat(scan(bob, bob)).isEqualTo("Bob\n");
    assertThat(scan(bob - 3, bob + 2)).isEqualTo("Bob\n");
    assertThat(scan(0L, 3L)).isEqualTo("name\n");
    assertThat(scan(bob, null)).isEqualTo("Bob\nEve\n");
    assertThat(scan(null, (long) CSV.length() - bob)).isEqualTo("Bob\nEve\n");
    assertThatThrownBy(() -> scan(5L, 2L)).hasMessageContaining("Provided scan range is invalid.");
  }
}
