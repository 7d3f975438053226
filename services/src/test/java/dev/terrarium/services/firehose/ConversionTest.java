package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.Serializer;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;

/// Conversion into Parquet and ORC, read back by DuckDB and by ORC's own reader.
final class ConversionTest extends FirehoseFixture {
  private static final Duration HINT = Duration.ofSeconds(60);
  private static final String[] ALL_TYPES = {
    "id",
    "string",
    "tiny",
    "tinyint",
    "small",
    "smallint",
    "num",
    "int",
    "big",
    "bigint",
    "flag",
    "boolean",
    "f",
    "float",
    "d",
    "double",
    "price",
    "decimal(10,2)",
    "code",
    "char(3)",
    "short",
    "varchar(4)",
    "raw",
    "binary",
    "day",
    "date",
    "moment",
    "timestamp",
    "tags",
    "array<string>",
    "counts",
    "map<string,int>",
    "place",
    "struct<name:string,at:struct<lat:double,lon:double>>",
    "items",
    "array<struct<sku:string,qty:int>>"
  };
  private static final String ALL_VALUES =
      """
      {"ID":"a","tiny":1,"small":2,"num":"3","big":9007199254740993,"flag":true,"f":1.5,"d":2.25,
       "price":12.345,"code":"abcd","short":"abcdefg","raw":"aGk=","day":"2026-01-02",
       "moment":"2026-01-02T03:04:05.123456Z","tags":["x",null,"y"],"counts":{"k":1,"l":2},
       "place":{"name":"n","at":{"lat":1.5,"lon":null}},"items":[{"sku":"s","qty":4}],"extra":1}
      """;

  private final GlueClient glue = cloud.client(GlueClient.class);

  @BeforeEach
  void database() {
    glue.createDatabase(r -> r.databaseInput(d -> d.name("db")));
  }

  private void table(String... columns) {
    var list = new ArrayList<Column>();
    for (int i = 0; i < columns.length; i += 2) {
      list.add(Column.builder().name(columns[i]).type(columns[i + 1]).build());
    }
    glue.createTable(r ->
        r.databaseName("db").tableInput(t -> t.name("t").storageDescriptor(d -> d.columns(list))));
  }

  private static DataFormatConversionConfiguration conversion(
      Consumer<Deserializer.Builder> input, Consumer<Serializer.Builder> output) {
    return DataFormatConversionConfiguration.builder()
        .inputFormatConfiguration(i -> i.deserializer(input))
        .outputFormatConfiguration(o -> o.serializer(output))
        .schemaConfiguration(s -> s.roleARN(ROLE).databaseName("db").tableName("t"))
        .build();
  }

  private static void openX(Deserializer.Builder deserializer) {
    deserializer.openXJsonSerDe(o -> {});
  }

  private void stream(DataFormatConversionConfiguration conversion) {
    create(
        "fh",
        d ->
            d.bufferingHints(h -> h.sizeInMBs(64).intervalInSeconds(60))
                .dataFormatConversionConfiguration(conversion));
  }

  private String delivered(String... records) {
    put("fh", records);
    pass(HINT);
    return keys().stream().filter(key -> !key.contains("failed")).findFirst().orElse("");
  }

  /// What a query says of the Parquet file of a key, each row's columns with bars between.
  private List<String> query(String key, String select) throws IOException, SQLException {
    var file = Files.createTempFile("read", ".parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:")) {
      Files.write(file, bytes(key));
      var rows = new ArrayList<String>();
      try (var statement = connection.createStatement();
          var result = statement.executeQuery(select + " FROM '" + file + "'")) {
        while (result.next()) {
          var row = new ArrayList<String>();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.add(result.getString(i));
          }
          rows.add(String.join("|", row));
        }
      }
      return rows;
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void everyTypeIsThereInParquet() throws IOException, SQLException {
    table(ALL_TYPES);
    for (var options : List.of("SNAPPY V1 true", "GZIP V2 false", "UNCOMPRESSED V1 false")) {
      var words = options.split(" ");
      stream(
          conversion(
              ConversionTest::openX,
              s ->
                  s.parquetSerDe(p ->
                      p.compression(words[0])
                          .writerVersion(words[1])
                          .enableDictionaryCompression(Boolean.parseBoolean(words[2])))));
      var key = delivered(ALL_VALUES, "{\"id\":\"b\"}{\"id\":\"c\"}");
      assertThat(key).matches("2026/01/02/03/fh-1-2026-01-02-03-\\d\\d-05-[-0-9a-f]{36}.parquet");
      assertThat(query(key, "SELECT id, tiny, small, num, big, flag, f, d, price, code, short"))
          .containsExactly(
              "a|1|2|3|9007199254740993|true|1.5|2.25|12.35|abc|abcd",
              "b|null|null|null|null|null|null|null|null|null|null",
              "c|null|null|null|null|null|null|null|null|null|null");
      assertThat(query(key, "SELECT decode(raw), day, moment, tags, counts, place, items"))
          .first()
          .isEqualTo(
              "hi|2026-01-02|2026-01-02 03:04:05.123456|[x, NULL, y]|{k=1, l=2}|"
                  + "{'name': n, 'at': {'lat': 1.5, 'lon': NULL}}|[{'sku': s, 'qty': 4}]");
      s3.deleteObject(r -> r.bucket("bbb").key(key));
      firehose.deleteDeliveryStream(r -> r.deliveryStreamName("fh"));
    }
  }

  @Test
  void everyTypeIsThereInOrc() throws IOException {
    table(ALL_TYPES);
    for (var compression : List.of("SNAPPY", "ZLIB", "NONE")) {
      stream(
          conversion(
              ConversionTest::openX,
              s -> s.orcSerDe(o -> o.compression(compression).bloomFilterColumns("id"))));
      var key = delivered(ALL_VALUES, "{\"id\":\"b\"}");
      assertThat(key).endsWith(".orc");
      assertThat(OrcRows.read(bytes(key)))
          .containsExactly(
              "\"a\"|1|2|3|9007199254740993|1|1.5|2.25|12.35|\"abc\"|\"abcd\"|\"hi\"|20455|"
                  + "2026-01-02 03:04:05.123456|[\"x\", null, \"y\"]|"
                  + "[{\"key\": \"k\", \"value\": 1}, {\"key\": \"l\", \"value\": 2}]|"
                  + "[\"n\", [1.5, null]]|[[\"s\", 4]]",
              "\"b\"" + "|null".repeat(17));
      s3.deleteObject(r -> r.bucket("bbb").key(key));
      firehose.deleteDeliveryStream(r -> r.deliveryStreamName("fh"));
    }
  }

  @Test
  void whatCannotBeConvertedIsPutAsideAndTheRestIsWritten() throws IOException, SQLException {
    table("a", "int", "b", "string");
    stream(conversion(ConversionTest::openX, s -> s.parquetSerDe(p -> {})));
    var key = delivered("{\"a\":1}", "{\"a\":\"x\"}", "{\"a\":", "[{\"a\":1}]", " ", "{\"a\":2}");
    assertThat(query(key, "SELECT a")).containsExactly("1", "2");
    var failed = keys().stream().filter(k -> k.startsWith("format-conversion-failed/")).toList();
    assertThat(failed).hasSize(1);
    var lines = text(failed.getFirst()).lines().map(Json::parse).toList();
    assertThat(lines)
        .extracting(line -> line.path("lastErrorCode").asText())
        .containsExactlyInAnyOrder(
            "DataFormatConversion.MalformedData",
            "DataFormatConversion.ParseError",
            "DataFormatConversion.MalformedData",
            "DataFormatConversion.MalformedData");
    var mismatch =
        lines.stream()
            .filter(line -> line.path("lastErrorMessage").asText().contains("\"x\""))
            .findFirst()
            .orElseThrow();
    assertThat(mismatch.path("lastErrorMessage").asText())
        .isEqualTo("Data does not match the schema. For input string: \"x\"");
    assertThat(mismatch.path("rawData").asText()).isEqualTo("eyJhIjoieCJ9");
    assertThat(mismatch.path("attemptsMade").asInt()).isEqualTo(1);
    assertThat(mismatch.path("arrivalTimestamp").asLong()).isEqualTo(START.toEpochMilli());
    assertThat(mismatch.path("sequenceNumber").asText()).startsWith("49546986");
    assertThat(mismatch.path("subSequenceNumber").isNull()).isTrue();
    assertThat(mismatch.path("dataCatalogTable").toString())
        .isEqualTo(
            "{\"catalogId\":null,\"databaseName\":\"db\",\"tableName\":\"t\","
                + "\"region\":\"us-east-1\",\"versionId\":\"LATEST\",\"catalogArn\":null}");
    var metrics =
        cloud.client(CloudWatchClient.class).listMetrics(r -> r.namespace("AWS/Firehose"));
    assertThat(metrics.metrics())
        .extracting(metric -> metric.metricName())
        .contains("SucceedConversion.Records", "FailedConversion.Records");
  }

  @Test
  void keysFindTheirColumnsAsOpenXDoes() throws IOException, SQLException {
    table("when_at", "timestamp", "ts", "timestamp", "n_id", "int", "list", "array<int>");
    stream(
        conversion(
            d ->
                d.openXJsonSerDe(o ->
                    o.convertDotsInJsonKeysToUnderscores(true)
                        .columnToJsonKeyMappings(java.util.Map.of("ts", "timestamp"))),
            s -> s.parquetSerDe(p -> {})));
    var key =
        delivered(
            "{\"When.At\":1518033528,\"timestamp\":1518033528123,\"n.ID\":7,\"list\":5}",
            "{\"When.At\":\"2017-2-7 15:13:01.14\",\"timestamp\":1518033528.5}");
    assertThat(query(key, "SELECT *"))
        .containsExactly(
            "2018-02-07 19:58:48.0|2018-02-07 19:58:48.123|7|[5]",
            "2017-02-07 15:13:01.14|2018-02-07 19:58:48.5|null|null");
  }

  @Test
  void hivesDeserializerReadsNamedFormatsAndRefusesWhatDoesNotFit()
      throws IOException, SQLException {
    table("moment", "timestamp", "n", "int", "l", "array<int>");
    stream(
        conversion(
            d -> d.hiveJsonSerDe(h -> h.timestampFormats("dd/MM/YYYY HH:mm", "millis")),
            s -> s.parquetSerDe(p -> {})));
    var key =
        delivered(
            "{\"moment\":\"02/01/2026 03:04\",\"n\":1}",
            "{\"moment\":1518033528123}",
            "{\"n\":\"1\"}",
            "{\"l\":1}");
    assertThat(query(key, "SELECT moment, n"))
        .containsExactly("2026-01-02 03:04:00.0|1", "2018-02-07 19:58:48.123|null");
    var failed = keys().stream().filter(k -> k.startsWith("format-conversion-failed/")).toList();
    assertThat(text(failed.getFirst()))
        .contains("Current token (VALUE_STRING) not numeric")
        .contains("java.io.IOException: Start of Array expected");
  }

  @Test
  void withoutItsTableNothingIsConverted() {
    stream(conversion(ConversionTest::openX, s -> s.parquetSerDe(p -> {})));
    assertThat(delivered("{\"a\":1}")).isEmpty();
    assertThat(text(keys().getFirst())).contains("DataFormatConversion.EntityNotFound");
  }

  @Test
  void eachPartitionGetsAFileOfItsOwn() throws IOException, SQLException {
    table("a", "int");
    create(
        "fh",
        d ->
            d.bufferingHints(h -> h.sizeInMBs(64).intervalInSeconds(60))
                .prefix("c=!{partitionKeyFromQuery:c}/")
                .errorOutputPrefix("err/!{firehose:error-output-type}/")
                .dynamicPartitioningConfiguration(p -> p.enabled(true))
                .processingConfiguration(p ->
                    p.enabled(true)
                        .processors(
                            processor(
                                "MetadataExtraction",
                                "MetadataExtractionQuery",
                                "{c:.c}",
                                "JsonParsingEngine",
                                "JQ-1.6")))
                .dataFormatConversionConfiguration(
                    conversion(ConversionTest::openX, s -> s.parquetSerDe(p -> {}))));
    put("fh", "{\"a\":1,\"c\":\"x\"}", "{\"a\":2,\"c\":\"y\"}", "{\"a\":\"?\",\"c\":\"y\"}");
    pass(HINT);
    assertThat(keys())
        .extracting(key -> key.substring(0, 4))
        .containsExactly("c=x/", "c=y/", "err/");
    assertThat(query(keys().get(1), "SELECT a")).containsExactly("2");
    assertThat(keys().get(2)).startsWith("err/format-conversion-failed/");
  }

  @Test
  void whatCannotBeIsRefused() {
    table("a", "int");
    var good = conversion(ConversionTest::openX, s -> s.parquetSerDe(p -> {}));
    assertThat(
            error(() ->
                create(
                    "x", d -> d.dataFormatConversionConfiguration(good).compressionFormat("GZIP"))))
        .startsWith("InvalidArgumentException: CompressionFormat must be UNCOMPRESSED");
    assertThat(
            error(() ->
                create(
                    "x",
                    d ->
                        d.dataFormatConversionConfiguration(good)
                            .bufferingHints(h -> h.sizeInMBs(5).intervalInSeconds(60)))))
        .isEqualTo(
            "InvalidArgumentException: BufferingHints.SizeInMBs must be at least 64 when data"
                + " format conversion is enabled.");
    assertThat(
            error(() ->
                create(
                    "x",
                    d ->
                        d.dataFormatConversionConfiguration(
                            c -> c.inputFormatConfiguration(good.inputFormatConfiguration())))))
        .startsWith("InvalidArgumentException: OutputFormatConfiguration must be provided");
    var small = conversion(ConversionTest::openX, s -> s.parquetSerDe(p -> p.blockSizeBytes(1)));
    assertThat(error(() -> create("x", d -> d.dataFormatConversionConfiguration(small))))
        .startsWith("ValidationException: 1 validation error detected: Value '1' at ");
    create("y", d -> d.dataFormatConversionConfiguration(good));
    var shown = firehose.describeDeliveryStream(r -> r.deliveryStreamName("y"));
    var bucket =
        shown
            .deliveryStreamDescription()
            .destinations()
            .getFirst()
            .extendedS3DestinationDescription();
    assertThat(bucket.bufferingHints().sizeInMBs()).isEqualTo(128);
    assertThat(bucket.dataFormatConversionConfiguration()).isEqualTo(good);
  }
}
