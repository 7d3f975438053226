package dev.terrarium.services.dynamodb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.s3.S3Client;

final class ExportTest extends TableFixture {
  private final S3Client s3 = cloud.client(S3Client.class);
  private String arn = "";
  private Instant moment = Instant.EPOCH;

  @BeforeEach
  void history() {
    s3.createBucket(b -> b.bucket("exports"));
    simpleTable("things", "S");
    arn = dynamo.describeTable(d -> d.tableName("things")).table().tableArn();
    assertThat(
            error(() -> dynamo.exportTableToPointInTime(e -> e.tableArn(arn).s3Bucket("exports"))))
        .isEqualTo(
            "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for"
                + " table 'things'");
    dynamo.updateContinuousBackups(u ->
        u.tableName("things")
            .pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(true)));
    put("things", "pk", "kept", "v", 1);
    put("things", "pk", "gone", "v", 1);
    pass(Duration.ofMinutes(10));
    moment = cloud.clock().now();
    pass(Duration.ofMinutes(10));
    put("things", "pk", "kept", "v", 2);
    put("things", "pk", "new", "v", 1);
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "gone")));
    put("things", "pk", "brief", "v", 1);
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "brief")));
    pass(Duration.ofMinutes(10));
  }

  private ExportDescription ended(String export) {
    var job = dynamo.describeExport(d -> d.exportArn(export)).exportDescription();
    while (job.exportStatus() == ExportStatus.IN_PROGRESS) {
      Thread.onSpinWait();
      job = dynamo.describeExport(d -> d.exportArn(export)).exportDescription();
    }
    assertThat(job.failureMessage()).isNull();
    return job;
  }

  private ImportTableDescription imported(String arn) {
    var job = dynamo.describeImport(d -> d.importArn(arn)).importTableDescription();
    while (job.importStatus() == ImportStatus.IN_PROGRESS) {
      Thread.onSpinWait();
      job = dynamo.describeImport(d -> d.importArn(arn)).importTableDescription();
    }
    return job;
  }

  private String text(String key) {
    return s3.getObjectAsBytes(g -> g.bucket("exports").key(key)).asUtf8String();
  }

  /// The lines of an export's data, by way of its manifests, as a reader of it would find them.
  private List<String> lines(ExportDescription job) {
    var lines = new ArrayList<String>();
    var summary = Json.parse(text(job.exportManifest()));
    assertThat(summary.path("itemCount").asLong()).isEqualTo(job.itemCount());
    for (var file : text(summary.path("manifestFilesS3Key").asText()).split("\n")) {
      var key = Json.parse(file).path("dataFileS3Key").asText();
      var zipped = s3.getObjectAsBytes(g -> g.bucket("exports").key(key)).asByteArray();
      try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
        lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return lines;
  }

  @Test
  void aMomentIsExportedAndImportedAgain() {
    var begun =
        dynamo
            .exportTableToPointInTime(
                e -> e.tableArn(arn).s3Bucket("exports").s3Prefix("a/b").exportTime(moment))
            .exportDescription();
    var job = ended(begun.exportArn());
    assertThat(job.exportManifest())
        .matches("a/b/AWSDynamoDB/[0-9]{14}-[0-9a-f]{8}/manifest-summary.json");
    assertThat(lines(job))
        .containsExactlyInAnyOrder(
            "{\"Item\":{\"pk\":{\"S\":\"kept\"},\"v\":{\"N\":\"1\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"gone\"},\"v\":{\"N\":\"1\"}}}");
    assertThat(dynamo.listExports(l -> l.tableArn(arn)).exportSummaries().getFirst().exportArn())
        .isEqualTo(begun.exportArn());
    var data = job.exportManifest().replace("manifest-summary.json", "data/");
    var back =
        imported(
            dynamo
                .importTable(i ->
                    i.s3BucketSource(b -> b.s3Bucket("exports").s3KeyPrefix(data))
                        .inputFormat(InputFormat.DYNAMODB_JSON)
                        .inputCompressionType(InputCompressionType.GZIP)
                        .tableCreationParameters(t ->
                            t.tableName("back")
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .attributeDefinitions(defined("pk", "S"))
                                .keySchema(hash("pk"))))
                .importTableDescription()
                .importArn());
    assertThat(back.importStatus()).isEqualTo(ImportStatus.COMPLETED);
    assertThat(back.importedItemCount()).isEqualTo(2);
    assertThat(dynamo.scan(s -> s.tableName("back")).items())
        .containsExactlyInAnyOrder(item("pk", "kept", "v", 1), item("pk", "gone", "v", 1));
  }

  @Test
  void whatChangedBetweenTwoMomentsIsExported() {
    var from = moment;
    var begun =
        dynamo
            .exportTableToPointInTime(e ->
                e.tableArn(arn)
                    .s3Bucket("exports")
                    .exportType(ExportType.INCREMENTAL_EXPORT)
                    .incrementalExportSpecification(w -> w.exportFromTime(from)))
            .exportDescription();
    var changes = lines(ended(begun.exportArn())).stream().map(Json::parse).toList();
    assertThat(changes).hasSize(3);
    for (var change : changes) {
      var key = change.path("Keys").path("pk").path("S").asText();
      var old = change.path("OldImage").path("v").path("N").asText("none");
      var now = change.path("NewImage").path("v").path("N").asText("none");
      assertThat(key + " " + old + " " + now).isIn("kept 1 2", "gone 1 none", "new none 1");
      assertThat(change.path("Metadata").path("WriteTimestampMicros").path("N").asLong())
          .isGreaterThan(from.toEpochMilli() * 1000);
    }
    assertThat(
            invalid(() ->
                dynamo.exportTableToPointInTime(e ->
                    e.tableArn(arn)
                        .s3Bucket("exports")
                        .exportType(ExportType.INCREMENTAL_EXPORT)
                        .incrementalExportSpecification(
                            w -> w.exportFromTime(cloud.clock().now().minusSeconds(60))))))
        .contains("less than 15 minutes");
  }

  @Test
  void rowsAreImportedAndWrongOnesCounted() {
    var rows = "pk,n,text\r\na,1,\"x, \"\"y\"\"\nz\"\nb,oops,t\nc,2\nd,3,\n";
    s3.putObject(p -> p.bucket("exports").key("rows.csv"), RequestBody.fromString(rows));
    var job =
        imported(
            dynamo
                .importTable(i ->
                    i.s3BucketSource(b -> b.s3Bucket("exports").s3KeyPrefix("rows"))
                        .inputFormat(InputFormat.CSV)
                        .tableCreationParameters(t ->
                            t.tableName("rows")
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .attributeDefinitions(defined("pk", "S"), defined("n", "N"))
                                .keySchema(hash("pk"), range("n"))))
                .importTableDescription()
                .importArn());
    assertThat(job.processedItemCount()).isEqualTo(4);
    assertThat(job.importedItemCount()).isEqualTo(2);
    assertThat(job.errorCount()).isEqualTo(2);
    assertThat(s(get("rows", "pk", "a", "n", 1), "text")).isEqualTo("x, \"y\"\nz");
    assertThat(get("rows", "pk", "d", "n", 3)).isEqualTo(item("pk", "d", "n", 3));
  }

  @Test
  void anExportIntoNoBucketFails() {
    var begun =
        dynamo
            .exportTableToPointInTime(e -> e.tableArn(arn).s3Bucket("absent"))
            .exportDescription();
    var job = dynamo.describeExport(d -> d.exportArn(begun.exportArn())).exportDescription();
    while (job.exportStatus() == ExportStatus.IN_PROGRESS) {
      Thread.onSpinWait();
      job = dynamo.describeExport(d -> d.exportArn(begun.exportArn())).exportDescription();
    }
    assertThat(job.exportStatus()).isEqualTo(ExportStatus.FAILED);
    assertThat(job.failureCode()).isEqualTo("S3NoSuchBucket");
    assertThat(requireNonNull(job.failureMessage())).contains("bucket");
  }

  private ImportTableDescription ionImported(String name, String prefix, String compression) {
    return imported(
        dynamo
            .importTable(i ->
                i.s3BucketSource(b -> b.s3Bucket("exports").s3KeyPrefix(prefix))
                    .inputFormat(InputFormat.ION)
                    .inputCompressionType(compression)
                    .tableCreationParameters(t ->
                        t.tableName(name)
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .attributeDefinitions(defined("pk", "S"))
                            .keySchema(hash("pk"))))
            .importTableDescription()
            .importArn());
  }

  @Test
  void ionHasAllTypesAndComesBack() {
    var everything = item("pk", "all", "n", 600, "l", List.of("x", Map.of("t", true)), "half", 103);
    everything.put("ss", AttributeValue.fromSs(List.of("a", "b")));
    everything.put("ns", AttributeValue.fromNs(List.of("1.5", "20")));
    everything.put("bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("up"))));
    everything.put("b", AttributeValue.fromB(SdkBytes.fromUtf8String("hello")));
    everything.put("none", AttributeValue.fromNul(true));
    dynamo.putItem(p -> p.tableName("things").item(everything));
    var begun =
        dynamo
            .exportTableToPointInTime(e -> e.tableArn(arn).s3Bucket("exports").exportFormat("ION"))
            .exportDescription();
    var job = ended(begun.exportArn());
    assertThat(job.exportFormatAsString()).isEqualTo("ION");
    assertThat(text(job.exportManifest().replace("summary", "files"))).contains(".ion.gz\"");
    assertThat(lines(job))
        .contains(
            "$ion_1_0 {Item:{pk:\"all\",n:6d2,l:[\"x\",{t:true}],half:103.,"
                + "ss:$dynamodb_SS::[\"a\",\"b\"],ns:$dynamodb_NS::[1.5,2d1],"
                + "bs:$dynamodb_BS::[{{dXA=}}],b:{{aGVsbG8=}},none:null}}");
    var back =
        ionImported("back", job.exportManifest().replace("manifest-summary.json", "data/"), "GZIP");
    assertThat(back.importedItemCount()).isEqualTo(3);
    assertThat(get("back", "pk", "all")).isEqualTo(everything);
  }

  @Test
  void changesInIonAreRecords() {
    var begun =
        dynamo
            .exportTableToPointInTime(e ->
                e.tableArn(arn)
                    .s3Bucket("exports")
                    .exportFormat("ION")
                    .exportType(ExportType.INCREMENTAL_EXPORT)
                    .incrementalExportSpecification(w -> w.exportFromTime(moment)))
            .exportDescription();
    assertThat(lines(ended(begun.exportArn())))
        .anySatisfy(line ->
            assertThat(line)
                .matches(
                    "\\$ion_1_0 \\{Record:\\{Keys:\\{pk:\"kept\"},"
                        + "Metadata:\\{WriteTimestampMicros:[0-9]{16}\\.},"
                        + "OldImage:\\{pk:\"kept\",v:1\\.},NewImage:\\{pk:\"kept\",v:2\\.}}}"));
  }

  @Test
  void whatIsNoItemInIonIsCounted() {
    s3.putObject(
        p -> p.bucket("exports").key("ion/1"),
        RequestBody.fromString(
            "$ion_1_0 {Item:{pk:\"a\",n:1}}\n$ion_1_0 {Item:{pk:sym}}\n$ion_1_0 {Other:1}\n"
                + "$ion_1_0 [{Item:{pk:\"b\"}},{Item:{pk:\"c\",t:2020T}}]\n$ion_1_0 {Item:{p"));
    var job = ionImported("wrong", "ion/", "NONE");
    assertThat(job.importStatus()).isEqualTo(ImportStatus.COMPLETED);
    assertThat(job.importedItemCount()).isEqualTo(2);
    assertThat(job.errorCount()).isEqualTo(4);
    assertThat(dynamo.scan(s -> s.tableName("wrong")).items())
        .containsExactlyInAnyOrder(item("pk", "a", "n", 1), item("pk", "b"));
  }

  @Test
  void zstandardIsUnpacked() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new ZstdOutputStream(packed)) {
      out.write("$ion_1_0 {Item:{pk:\"a\"}}\n".getBytes(StandardCharsets.UTF_8));
    }
    s3.putObject(p -> p.bucket("exports").key("z/1"), RequestBody.fromBytes(packed.toByteArray()));
    assertThat(ionImported("unpacked", "z/", "ZSTD").importedItemCount()).isEqualTo(1);
    s3.putObject(p -> p.bucket("exports").key("no/1"), RequestBody.fromString("not packed"));
    assertThat(ionImported("broken", "no/", "ZSTD").importStatus()).isEqualTo(ImportStatus.FAILED);
  }

  @Test
  void insightsAreSwitchedOnAndOff() {
    var state =
        dynamo.updateContributorInsights(
            u -> u.tableName("things").contributorInsightsAction("ENABLE"));
    assertThat(state.contributorInsightsStatusAsString()).isEqualTo("ENABLING");
    assertThat(
            dynamo
                .describeContributorInsights(d -> d.tableName("things"))
                .contributorInsightsStatusAsString())
        .isEqualTo("ENABLED");
    assertThat(dynamo.listContributorInsights(l -> {}).contributorInsightsSummaries())
        .singleElement()
        .satisfies(summary -> assertThat(summary.tableName()).isEqualTo("things"));
    assertThat(
            error(() ->
                dynamo.updateContributorInsights(u ->
                    u.tableName("things").indexName("none").contributorInsightsAction("ENABLE"))))
        .startsWith("ResourceNotFoundException");
  }
}
