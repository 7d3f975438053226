package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.dynamodb.value.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportResponse;
import software.amazon.awssdk.services.dynamodb.model.ImportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportSummary;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ImportTableResponse;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.ListImportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListImportsResponse;
import software.amazon.awssdk.services.s3.S3Client;

/// New tables out of objects of a bucket.
final class Imports extends DynamoPart {
  private static final int PAGE_MAX = 25;

  private final TableMaker maker;
  private final Jobs<ImportTableDescription> jobs;

  Imports(Tables tables) {
    super(tables);
    this.maker = new TableMaker(tables);
    this.jobs = new Jobs<>(tables, "import", ImportTableDescription::builder);
  }

  void start() {
    jobs.resume(job -> job.importStatus() == ImportStatus.IN_PROGRESS, this::load);
  }

  @Override
  public ImportTableResponse importTable(ImportTableRequest request) {
    var source = request.s3BucketSource();
    var parameters = request.tableCreationParameters();
    new DynamoConstraints()
        .required("s3BucketSource", source)
        .required("inputFormat", request.inputFormat())
        .required("tableCreationParameters", parameters)
        .oneOf("inputFormat", request.inputFormatAsString(), "ION", "CSV", "DYNAMODB_JSON")
        .oneOf(
            "inputCompressionType", request.inputCompressionTypeAsString(), "ZSTD", "GZIP", "NONE")
        .check();
    new DynamoConstraints().required("s3BucketSource.s3Bucket", source.s3Bucket()).check();
    if (request.inputFormatOptions() != null && request.inputFormat() != InputFormat.CSV) {
      throw validation(
          "Invalid Request: Unsupported InputFormatOptions for the given input format: "
              + request.inputFormatAsString()
              + ".");
    }
    if (request.inputFormat() == InputFormat.ION) {
      Libraries.needIon("ImportTable of the format ION");
    }
    if (request.inputCompressionType() == InputCompressionType.ZSTD) {
      Libraries.needZstandard("ImportTable with the compression ZSTD");
    }
    var create =
        CreateTableRequest.builder()
            .tableName(parameters.tableName())
            .attributeDefinitions(parameters.attributeDefinitions())
            .keySchema(parameters.keySchema())
            .billingMode(parameters.billingMode())
            .provisionedThroughput(parameters.provisionedThroughput())
            .onDemandThroughput(parameters.onDemandThroughput())
            .sseSpecification(parameters.sseSpecification())
            .globalSecondaryIndexes(
                parameters.hasGlobalSecondaryIndexes() ? parameters.globalSecondaryIndexes() : null)
            .build();
    var token = request.clientToken();
    var again = token == null ? null : jobs.first(job -> token.equals(job.clientToken()));
    if (again != null) {
      return ImportTableResponse.builder().importTableDescription(again).build();
    }
    TableRules.check(create);
    var table = maker.make(TableKey.of(create.tableName()), create, Map.of());
    var place = jobs.place(table.key);
    var job =
        ImportTableDescription.builder()
            .importArn(jobs.arn(place))
            .importStatus(ImportStatus.IN_PROGRESS)
            .tableArn(table.key.arn())
            .tableId(table.layout().config().description().tableId())
            .clientToken(
                request.clientToken() == null ? tables.cloud.ids().uuid() : request.clientToken())
            .s3BucketSource(source)
            .errorCount(0L)
            .inputFormat(request.inputFormat())
            .inputFormatOptions(request.inputFormatOptions())
            .inputCompressionType(
                request.inputCompressionType() == null
                    ? InputCompressionType.NONE
                    : request.inputCompressionType())
            .tableCreationParameters(parameters)
            .startTime(tables.cloud.clock().now())
            .processedSizeBytes(0L)
            .processedItemCount(0L)
            .importedItemCount(0L)
            .build();
    jobs.put(place, job);
    jobs.start(place, this::load);
    return ImportTableResponse.builder().importTableDescription(job).build();
  }

  /// What an import has come to.
  private static final class Tally {
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong seen = new AtomicLong();
    final AtomicLong imported = new AtomicLong();
    final AtomicLong wrong = new AtomicLong();
  }

  private void load(Jobs.Place place) {
    var job = jobs.get(place);
    var table = tables.find(place.table());
    if (job == null || table == null) {
      return;
    }
    var tally = new Tally();
    var end = job.toBuilder();
    try {
      load(job, table, tally);
      end.importStatus(ImportStatus.COMPLETED);
    } catch (AwsServiceException e) {
      end.importStatus(ImportStatus.FAILED)
          .failureCode("S3" + Errors.code(e))
          .failureMessage(Errors.message(e));
    } catch (UncheckedIOException e) {
      end.importStatus(ImportStatus.FAILED)
          .failureCode("S3InvalidObject")
          .failureMessage(String.valueOf(e.getMessage()));
    }
    jobs.put(
        place,
        end.endTime(tables.cloud.clock().now())
            .processedSizeBytes(tally.bytes.get())
            .processedItemCount(tally.seen.get())
            .importedItemCount(tally.imported.get())
            .errorCount(tally.wrong.get())
            .build());
  }

  private void load(ImportTableDescription job, Table table, Tally tally) {
    var s3 = tables.cloud.client(S3Client.class);
    var source = job.s3BucketSource();
    var lines =
        new ImportLines(
            job,
            item -> {
              tally.seen.incrementAndGet();
              put(table, item, tally);
            },
            error -> {
              tally.seen.incrementAndGet();
              tally.wrong.incrementAndGet();
            });
    for (var object :
        s3.listObjectsV2Paginator(list ->
                list.bucket(source.s3Bucket())
                    .prefix(source.s3KeyPrefix())
                    .expectedBucketOwner(source.s3BucketOwner()))
            .contents()) {
      tally.bytes.addAndGet(object.size());
      s3.getObject(
          get -> get.bucket(source.s3Bucket()).key(object.key()),
          ResponseTransformer.unmanaged((response, body) -> {
            read(lines, job, body);
            return true;
          }));
    }
  }

  private static void read(ImportLines lines, ImportTableDescription job, InputStream body) {
    try (var in = unpacked(job, body)) {
      if (job.inputFormat() == InputFormat.ION) {
        new ImportIon(lines).read(in);
      } else {
        lines.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream unpacked(ImportTableDescription job, InputStream body)
      throws IOException {
    return switch (job.inputCompressionType()) {
      case GZIP -> new GZIPInputStream(body);
      case ZSTD -> new ZstandardStream(body);
      default -> body;
    };
  }

  /// An item that the table would refuse is counted, and the next one is tried.
  private void put(Table table, Map<String, Value> item, Tally tally) {
    try {
      Intent.put(table, item, null, false).execute(tables, Capacity.free());
      tally.imported.incrementAndGet();
    } catch (AwsServiceException e) {
      if (e.statusCode() != 400) {
        throw e;
      }
      tally.wrong.incrementAndGet();
    }
  }

  @Override
  public DescribeImportResponse describeImport(DescribeImportRequest request) {
    new DynamoConstraints().required("importArn", request.importArn()).check();
    if (!jobs.isArn(request.importArn())) {
      throw validation("Invalid Import ARN");
    }
    var job = jobs.find(request.importArn());
    if (job == null) {
      throw Errors.of(
          ImportNotFoundException.builder(),
          400,
          "ImportNotFoundException",
          "Import not found: " + request.importArn());
    }
    return DescribeImportResponse.builder().importTableDescription(job).build();
  }

  @Override
  public ListImportsResponse listImports(ListImportsRequest request) {
    new DynamoConstraints()
        .atLeast("pageSize", request.pageSize(), 1)
        .atMost("pageSize", request.pageSize(), PAGE_MAX)
        .check();
    var max = request.pageSize() == null ? PAGE_MAX : request.pageSize();
    var token = request.nextToken();
    if (token != null && jobs.find(token) == null) {
      throw validation("Invalid NextToken");
    }
    var arn = request.tableArn();
    var page = jobs.page(job -> arn == null || arn.equals(job.tableArn()), max, token);
    return ListImportsResponse.builder()
        .importSummaryList(page.jobs().stream().map(Imports::summary).toList())
        .nextToken(page.next())
        .build();
  }

  private static ImportSummary summary(ImportTableDescription job) {
    return ImportSummary.builder()
        .importArn(job.importArn())
        .importStatus(job.importStatus())
        .tableArn(job.tableArn())
        .s3BucketSource(job.s3BucketSource())
        .inputFormat(job.inputFormat())
        .startTime(job.startTime())
        .endTime(job.endTime())
        .build();
  }
}
