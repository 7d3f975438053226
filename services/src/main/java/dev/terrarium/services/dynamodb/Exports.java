package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.dynamodb.value.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportConflictException;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportSummary;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.IncrementalExportSpecification;
import software.amazon.awssdk.services.dynamodb.model.InvalidExportTimeException;
import software.amazon.awssdk.services.dynamodb.model.ListExportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;
import software.amazon.awssdk.services.s3.S3Client;

/// Tables as they were at a moment, or what changed between two, written into a bucket in
/// DynamoDB's JSON or in Amazon Ion.
final class Exports extends DynamoPart {
  private static final int PAGE_MAX = 25;
  private static final Duration WINDOW_MIN = Duration.ofMinutes(15);
  private static final Duration WINDOW_MAX = Duration.ofHours(24);

  private final Jobs<ExportDescription> jobs;

  Exports(Tables tables) {
    super(tables);
    this.jobs = new Jobs<>(tables, "export", ExportDescription::builder);
  }

  void start() {
    jobs.resume(job -> job.exportStatus() == ExportStatus.IN_PROGRESS, this::export);
  }

  @Override
  public ExportTableToPointInTimeResponse exportTableToPointInTime(
      ExportTableToPointInTimeRequest request) {
    new DynamoConstraints()
        .required("tableArn", request.tableArn())
        .required("s3Bucket", request.s3Bucket())
        .oneOf("exportFormat", request.exportFormatAsString(), "DYNAMODB_JSON", "ION")
        .oneOf("exportType", request.exportTypeAsString(), "FULL_EXPORT", "INCREMENTAL_EXPORT")
        .oneOf("s3SseAlgorithm", request.s3SseAlgorithmAsString(), "AES256", "KMS")
        .check();
    if (request.exportFormat() == ExportFormat.ION) {
      Libraries.needIon("ExportTableToPointInTime with the format ION");
    }
    if (!request.tableArn().startsWith("arn:")) {
      throw validation("Invalid Request: TableArn must be a valid ARN");
    }
    if (request.s3SseKmsKeyId() != null && request.s3SseAlgorithm() != S3SseAlgorithm.KMS) {
      throw validation("Invalid Request: KMS Key Id is not supported for this encryption type");
    }
    var table = ContinuousBackups.find(tables, request.tableArn());
    var config = table.layout().config();
    if (config.recoverySince().equals(Instant.EPOCH)) {
      throw Errors.of(
          PointInTimeRecoveryUnavailableException.builder(),
          400,
          "PointInTimeRecoveryUnavailableException",
          "Point in time recovery is not enabled for table '" + table.key.name() + "'");
    }
    var again = request.clientToken() == null ? null : byToken(request);
    if (again != null) {
      return ExportTableToPointInTimeResponse.builder().exportDescription(again).build();
    }
    var now = tables.cloud.clock().now();
    var incremental = request.exportType() == ExportType.INCREMENTAL_EXPORT;
    var window = incremental ? window(request.incrementalExportSpecification(), config, now) : null;
    var moment = request.exportTime() == null ? now : request.exportTime();
    if (!incremental) {
      checkWithin(moment, config, now);
    }
    var place = jobs.place(table.key);
    var description =
        ExportDescription.builder()
            .exportArn(jobs.arn(place))
            .exportStatus(ExportStatus.IN_PROGRESS)
            .startTime(now)
            .tableArn(table.key.arn())
            .tableId(config.description().tableId())
            .exportTime(incremental ? null : moment)
            .clientToken(
                request.clientToken() == null ? tables.cloud.ids().uuid() : request.clientToken())
            .s3Bucket(request.s3Bucket())
            .s3BucketOwner(request.s3BucketOwner())
            .s3Prefix(request.s3Prefix())
            .s3SseAlgorithm(
                request.s3SseAlgorithm() == null ? S3SseAlgorithm.AES256 : request.s3SseAlgorithm())
            .s3SseKmsKeyId(request.s3SseKmsKeyId())
            .exportFormat(
                request.exportFormat() == null
                    ? ExportFormat.DYNAMODB_JSON
                    : request.exportFormat())
            .exportType(incremental ? ExportType.INCREMENTAL_EXPORT : ExportType.FULL_EXPORT)
            .incrementalExportSpecification(window)
            .build();
    jobs.put(place, description);
    jobs.start(place, this::export);
    return ExportTableToPointInTimeResponse.builder().exportDescription(description).build();
  }

  private @Nullable ExportDescription byToken(ExportTableToPointInTimeRequest request) {
    var job = jobs.first(made -> request.clientToken().equals(made.clientToken()));
    if (job == null) {
      return null;
    }
    if (!job.tableArn().equals(request.tableArn()) || !job.s3Bucket().equals(request.s3Bucket())) {
      throw Errors.of(
          ExportConflictException.builder(),
          400,
          "ExportConflictException",
          "Export with the same client token but different parameters already exists");
    }
    return job;
  }

  private static IncrementalExportSpecification window(
      @Nullable IncrementalExportSpecification given, TableConfig config, Instant now) {
    var from = given == null ? null : given.exportFromTime();
    if (given == null || from == null) {
      throw validation(
          "Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification");
    }
    var to = given.exportToTime() == null ? now : given.exportToTime();
    var length = Duration.between(from, to);
    if (length.compareTo(WINDOW_MIN) < 0) {
      throw validation(
          "Difference between ExportFromTime and ExportToTime is less than 15 minutes");
    } else if (length.compareTo(WINDOW_MAX) > 0) {
      throw validation("Difference between ExportFromTime and ExportToTime is more than 24 hours");
    }
    checkWithin(from, config, now);
    checkWithin(to, config, now);
    return given.toBuilder()
        .exportToTime(to)
        .exportViewType(
            given.exportViewType() == null
                ? ExportViewType.NEW_AND_OLD_IMAGES
                : given.exportViewType())
        .build();
  }

  private static void checkWithin(Instant moment, TableConfig config, Instant now) {
    var oldest = now.minus(Duration.ofDays(config.recoveryDays()));
    var earliest = oldest.isAfter(config.recoverySince()) ? oldest : config.recoverySince();
    if (moment.isBefore(earliest) || moment.isAfter(now)) {
      throw Errors.of(
          InvalidExportTimeException.builder(),
          400,
          "InvalidExportTimeException",
          "The specified ExportTime is outside of the point in time recovery window.");
    }
  }

  private void export(Jobs.Place place) {
    var job = jobs.get(place);
    if (job == null) {
      return;
    }
    try {
      var table = ContinuousBackups.find(tables, place.table().name());
      var lines = ExportLines.of(job.exportFormat());
      var s3 = tables.cloud.client(S3Client.class);
      var files = new ExportFiles(s3, job, place.id(), lines.extension());
      files.begin();
      write(table, job, lines, files);
      var end = tables.cloud.clock().now();
      files.end(end.toString());
      jobs.put(
          place,
          job.toBuilder()
              .exportStatus(ExportStatus.COMPLETED)
              .endTime(end)
              .exportManifest(
                  ExportFiles.folder(job.s3Prefix(), place.id()) + "manifest-summary.json")
              .itemCount(files.itemCount())
              .billedSizeBytes(files.billedBytes())
              .build());
    } catch (AwsServiceException e) {
      var code = Errors.code(e);
      jobs.put(
          place,
          job.toBuilder()
              .exportStatus(ExportStatus.FAILED)
              .endTime(tables.cloud.clock().now())
              .failureCode(code.startsWith("S3") ? code : "S3" + code)
              .failureMessage(Errors.message(e))
              .build());
    }
  }

  private void write(Table table, ExportDescription job, ExportLines lines, ExportFiles files) {
    var window = job.incrementalExportSpecification();
    if (window == null) {
      History.visit(
          tables.store,
          table,
          job.exportTime().toEpochMilli(),
          item -> files.add(lines.item(item)));
      return;
    }
    var both = window.exportViewType() == ExportViewType.NEW_AND_OLD_IMAGES;
    History.changes(
        tables.store,
        table,
        window.exportFromTime().toEpochMilli(),
        window.exportToTime().toEpochMilli(),
        (millis, before, after) ->
            files.add(
                lines.change(
                    millis * 1000,
                    keys(table, after == null ? Objects.requireNonNull(before) : after),
                    both ? before : null,
                    after)));
  }

  private static Map<String, Value> keys(Table table, Map<String, Value> item) {
    var keys = new LinkedHashMap<String, Value>();
    for (var element : table.layout().config().description().keySchema()) {
      var name = element.attributeName();
      keys.put(name, Objects.requireNonNull(item.get(name)));
    }
    return keys;
  }

  @Override
  public DescribeExportResponse describeExport(DescribeExportRequest request) {
    new DynamoConstraints().required("exportArn", request.exportArn()).check();
    if (!jobs.isArn(request.exportArn())) {
      throw validation("Invalid Export ARN");
    }
    var job = jobs.find(request.exportArn());
    if (job == null) {
      throw Errors.of(
          ExportNotFoundException.builder(),
          400,
          "ExportNotFoundException",
          "Export not found: " + request.exportArn());
    }
    return DescribeExportResponse.builder().exportDescription(job).build();
  }

  @Override
  public ListExportsResponse listExports(ListExportsRequest request) {
    new DynamoConstraints()
        .atLeast("maxResults", request.maxResults(), 1)
        .atMost("maxResults", request.maxResults(), PAGE_MAX)
        .check();
    var max = request.maxResults() == null ? PAGE_MAX : request.maxResults();
    var arn = request.tableArn();
    var page =
        jobs.page(job -> arn == null || arn.equals(job.tableArn()), max, request.nextToken());
    return ListExportsResponse.builder()
        .exportSummaries(page.jobs().stream().map(Exports::summary).toList())
        .nextToken(page.next())
        .build();
  }

  private static ExportSummary summary(ExportDescription job) {
    return ExportSummary.builder()
        .exportArn(job.exportArn())
        .exportStatus(job.exportStatus())
        .exportType(job.exportType())
        .build();
  }
}
