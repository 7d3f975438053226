package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.EventSink;
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
    var counted = new Counted(open(request));
    EventSink.answer(
        handler,
        SelectObjectContentResponse.builder().build(),
        sink -> {
          try (counted;
              var data = unzipped(request, counted)) {
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
                "GZIP is not applicable to the queried object. Please correct the request and try"
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
    var range = request.scanRange();
    if (range != null) {
      throw Errors.notImplemented("s3", "SelectObjectContent with ScanRange");
    }
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
    }
    throw Errors.notImplemented("s3", "SelectObjectContent of " + compression);
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
