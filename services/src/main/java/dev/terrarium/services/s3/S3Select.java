package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.EventSink;
import dev.terrarium.services.s3.select.Bzip2InputStream;
import dev.terrarium.services.s3.select.RecordRange;
import dev.terrarium.services.s3.select.Select;
import dev.terrarium.services.s3.select.SelectException;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompressionType;
import software.amazon.awssdk.services.s3.model.ExpressionType;
import software.amazon.awssdk.services.s3.model.FileHeaderInfo;
import software.amazon.awssdk.services.s3.model.JSONType;
import software.amazon.awssdk.services.s3.model.QuoteFields;
import software.amazon.awssdk.services.s3.model.SelectObjectContentEventStream;
import software.amazon.awssdk.services.s3.model.SelectObjectContentRequest;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponse;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponseHandler;

/// S3 Select: SQL over one object, answered as a stream of records.
final class S3Select implements S3AsyncClient {
  private static final int EVENT_BYTES = 64 * 1024;

  private final Cloud cloud;
  private final Buckets buckets;

  S3Select(Cloud cloud, Buckets buckets) {
    this.cloud = cloud;
    this.buckets = buckets;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<Void> selectObjectContent(
      SelectObjectContentRequest request, SelectObjectContentResponseHandler handler) {
    var _ = buckets.require(request);
    Select select;
    try {
      select = parse(request);
    } catch (SelectException e) {
      throw error(e);
    }
    var input = input(request);
    var output = output(request);
    checkRange(request);
    var counted = new Counted(open(request));
    EventSink.answer(
        handler,
        SelectObjectContentResponse.builder().build(),
        sink -> {
          try (counted;
              var data = ranged(request, unzipped(request, counted))) {
            var out = new Chunks(sink);
            var now = cloud.clock().now().atOffset(ZoneOffset.UTC);
            select.run(data, input, output, now, out::add);
            out.flush();
            sink.send(
                SelectObjectContentEventStream.statsBuilder()
                    .details(d ->
                        d.bytesScanned(counted.count)
                            .bytesProcessed(counted.count)
                            .bytesReturned(out.returned))
                    .build());
            sink.send(SelectObjectContentEventStream.endBuilder().build());
          } catch (SelectException e) {
            throw error(e);
          } catch (ZipException e) {
            throw S3Errors.of(
                400,
                "InvalidCompressionFormat",
                request.inputSerialization().compressionTypeAsString()
                    + " is not applicable to the queried object. Please correct the request and try"
                    + " again.");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return CompletableFuture.completedFuture(null);
  }

  private static AwsServiceException error(SelectException e) {
    return S3Errors.of(400, e.code, String.valueOf(e.getMessage()));
  }

  private static Select parse(SelectObjectContentRequest request) {
    if (request.expressionType() != ExpressionType.SQL) {
      throw S3Errors.of(
          400,
          "InvalidExpressionType",
          "The ExpressionType is invalid. Only SQL expressions are supported.");
    } else if (request.expression() == null || request.expression().isBlank()) {
      throw S3Errors.of(
          400,
          "MissingRequiredParameter",
          "The SelectRequest entity is missing a required"
              + " parameter. Check the service documentation and try again.");
    }
    return Select.parse(request.expression());
  }

  private InputStream open(SelectObjectContentRequest request) {
    return cloud
        .client(S3Client.class)
        .getObject(g ->
            g.bucket(request.bucket())
                .key(request.key())
                .expectedBucketOwner(request.expectedBucketOwner())
                .sseCustomerAlgorithm(request.sseCustomerAlgorithm())
                .sseCustomerKey(request.sseCustomerKey())
                .sseCustomerKeyMD5(request.sseCustomerKeyMD5()));
  }

  private static InputStream unzipped(SelectObjectContentRequest request, InputStream data)
      throws IOException {
    var compression = request.inputSerialization().compressionType();
    if (compression == null || compression == CompressionType.NONE) {
      return data;
    } else if (compression == CompressionType.GZIP) {
      return new GZIPInputStream(data);
    } else if (compression == CompressionType.BZIP2) {
      return new Bzip2InputStream(data);
    }
    throw Errors.notImplemented("s3", "SelectObjectContent of " + compression);
  }

  /// What may be read only in part, by records.
  private InputStream ranged(SelectObjectContentRequest request, InputStream data)
      throws IOException {
    var range = request.scanRange();
    if (range == null) {
      return data;
    }
    var end = range.end();
    var first = range.start() == null ? 0 : range.start();
    var last = end == null ? Long.MAX_VALUE : end;
    if (range.start() == null && end != null) {
      // Without a beginning, the end says how many of the last bytes are wanted.
      first =
          Math.max(
              0,
              cloud
                      .client(S3Client.class)
                      .headObject(h ->
                          h.bucket(request.bucket())
                              .key(request.key())
                              .sseCustomerAlgorithm(request.sseCustomerAlgorithm())
                              .sseCustomerKey(request.sseCustomerKey())
                              .sseCustomerKeyMD5(request.sseCustomerKeyMD5()))
                      .contentLength()
                  - end);
      last = Long.MAX_VALUE;
    }
    var csv = request.inputSerialization().csv();
    var delimiter = csv == null ? "\n" : text(csv.recordDelimiter(), "\n");
    return new RecordRange(data, first, last, (byte) delimiter.charAt(delimiter.length() - 1));
  }

  private static void checkRange(SelectObjectContentRequest request) {
    var range = request.scanRange();
    if (range == null) {
      return;
    }
    var compression = request.inputSerialization().compressionType();
    if (compression != null && compression != CompressionType.NONE) {
      throw S3Errors.of(
          400,
          "UnsupportedScanRangeInput",
          "Scan range queries are not supported on this type of object.");
    }
    var json = request.inputSerialization().json();
    if (json != null && json.type() == JSONType.DOCUMENT) {
      throw S3Errors.of(
          400,
          "UnsupportedScanRangeInput",
          "Scan range queries are not supported on this type of object.");
    }
    if (range.start() == null && range.end() == null
        || range.start() != null && range.end() != null && range.end() < range.start()) {
      throw S3Errors.of(400, "InvalidScanRange", "Provided scan range is invalid.");
    }
  }

  private static Select.Input input(SelectObjectContentRequest request) {
    var serialization = request.inputSerialization();
    if (serialization == null) {
      throw missing();
    } else if (serialization.parquet() != null) {
      throw Errors.notImplemented("s3", "SelectObjectContent of Parquet");
    } else if (serialization.json() != null) {
      return new Select.Input.JsonText();
    } else if (serialization.csv() == null) {
      throw missing();
    }
    var csv = serialization.csv();
    var header = csv.fileHeaderInfo() == null ? FileHeaderInfo.NONE : csv.fileHeaderInfo();
    return new Select.Input.Csv(
        header.toString(),
        text(csv.recordDelimiter(), "\n"),
        text(csv.fieldDelimiter(), ","),
        text(csv.quoteCharacter(), "\"").charAt(0),
        text(csv.quoteEscapeCharacter(), "\"").charAt(0),
        text(csv.comments(), ""));
  }

  private static Select.Output output(SelectObjectContentRequest request) {
    var serialization = request.outputSerialization();
    if (serialization == null || serialization.csv() == null && serialization.json() == null) {
      throw missing();
    } else if (serialization.json() != null) {
      return new Select.Output.JsonText(text(serialization.json().recordDelimiter(), "\n"));
    }
    var csv = serialization.csv();
    return new Select.Output.Csv(
        text(csv.recordDelimiter(), "\n"),
        text(csv.fieldDelimiter(), ","),
        text(csv.quoteCharacter(), "\""),
        text(csv.quoteEscapeCharacter(), "\""),
        csv.quoteFields() == QuoteFields.ALWAYS);
  }

  private static AwsServiceException missing() {
    return S3Errors.malformedXml();
  }

  private static String text(@Nullable String text, String otherwise) {
    return text == null || text.isEmpty() ? otherwise : text;
  }

  /// Records on their way, many to an event.
  private static final class Chunks {
    private final EventSink<SelectObjectContentEventStream> sink;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long returned;

    Chunks(EventSink<SelectObjectContentEventStream> sink) {
      this.sink = sink;
    }

    boolean add(String record) {
      bytes.writeBytes(record.getBytes(StandardCharsets.UTF_8));
      return bytes.size() < EVENT_BYTES || flush();
    }

    boolean flush() {
      if (bytes.size() == 0) {
        return true;
      }
      returned += bytes.size();
      var payload = SdkBytes.fromByteArray(bytes.toByteArray());
      bytes.reset();
      return sink.send(SelectObjectContentEventStream.recordsBuilder().payload(payload).build());
    }
  }

  /// Counts what is read.
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      var read = super.read(to, from, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
