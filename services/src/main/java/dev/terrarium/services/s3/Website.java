package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetBucketWebsiteResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.RoutingRule;

/// One request to a website endpoint.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html>.
final class Website {
  private final S3Client own;
  private final S3Client s3;
  private final String bucket;
  private final String method;
  private final Map<String, String> headers;

  /// @param own reads the configuration
  /// @param s3 reads objects in the visitor's name
  Website(S3Client own, S3Client s3, String bucket, String method, Map<String, String> headers) {
    this.own = own;
    this.s3 = s3;
    this.bucket = bucket;
    this.method = method;
    this.headers = headers;
  }

  WebsiteResponse respond(String rawKey) {
    GetBucketWebsiteResponse site;
    try {
      site = own.getBucketWebsite(b -> b.bucket(bucket));
    } catch (AwsServiceException e) {
      return page(e, null, null);
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return page(S3Errors.methodNotAllowed(method).build(), null, null);
    }
    var all = site.redirectAllRequestsTo();
    if (all != null) {
      var protocol = all.protocol() == null ? "http" : all.protocolAsString();
      return redirect(301, protocol + "://" + all.hostName() + "/" + rawKey);
    }
    var key = URLDecoder.decode(rawKey.replace("+", "%2B"), StandardCharsets.UTF_8);
    var early = routed(site, key, 0);
    if (early != null) {
      return early;
    }
    var suffix = site.indexDocument().suffix();
    try {
      return document(key.isEmpty() || key.endsWith("/") ? key + suffix : key);
    } catch (AwsServiceException e) {
      return failed(site, key, e);
    }
  }

  private WebsiteResponse failed(
      GetBucketWebsiteResponse site, String key, AwsServiceException error) {
    if (error.statusCode() == 304) {
      var told = new LinkedHashMap<String, String>();
      error
          .awsErrorDetails()
          .sdkHttpResponse()
          .forEachHeader((name, values) -> told.put(name, values.getFirst()));
      return new WebsiteResponse(304, told, InputStream.nullInputStream());
    }
    var suffix = site.indexDocument().suffix();
    if (error.statusCode() == 404
        && !key.isEmpty()
        && !key.endsWith("/")
        && isThere(key + "/" + suffix)) {
      return redirect(302, "/" + Listing.urlEncoded(key).replace("+", "%20") + "/");
    }
    var late = routed(site, key, error.statusCode());
    if (late != null) {
      return late;
    }
    var document = site.errorDocument();
    if (document == null) {
      return page(error, key.endsWith("/") || key.isEmpty() ? key + suffix : key, null);
    }
    try {
      var found = s3.getObject(b -> b.bucket(bucket).key(document.key()));
      return answer(error.statusCode(), found);
    } catch (AwsServiceException e) {
      return page(error, key, document.key());
    }
  }

  private boolean isThere(String key) {
    try {
      s3.headObject(b -> b.bucket(bucket).key(key));
      return true;
    } catch (AwsServiceException e) {
      return false;
    }
  }

  private WebsiteResponse document(String key) {
    var found =
        s3.getObject(b ->
            b.bucket(bucket)
                .key(key)
                .range(headers.get("range"))
                .ifNoneMatch(headers.get("if-none-match"))
                .ifMatch(headers.get("if-match"))
                .ifModifiedSince(date(headers.get("if-modified-since")))
                .ifUnmodifiedSince(date(headers.get("if-unmodified-since"))));
    var elsewhere = found.response().websiteRedirectLocation();
    if (elsewhere != null) {
      close(found);
      return redirect(301, elsewhere);
    }
    return answer(found.response().contentRange() == null ? 200 : 206, found);
  }

  private WebsiteResponse answer(int status, ResponseInputStream<GetObjectResponse> found) {
    var object = found.response();
    var told = new LinkedHashMap<String, String>();
    told.put("Content-Type", object.contentType());
    told.put("Content-Length", object.contentLength().toString());
    told.put("ETag", object.eTag());
    told.put("Last-Modified", Reads.HTTP_DATE.format(object.lastModified()));
    put(told, "Content-Range", object.contentRange());
    put(told, "Cache-Control", object.cacheControl());
    put(told, "Content-Disposition", object.contentDisposition());
    put(told, "Content-Encoding", object.contentEncoding());
    put(told, "Content-Language", object.contentLanguage());
    put(told, "Expires", object.expiresString());
    put(told, "x-amz-version-id", object.versionId());
    object.metadata().forEach((name, value) -> told.put("x-amz-meta-" + name, value));
    if (method.equals("HEAD")) {
      close(found);
      return new WebsiteResponse(status, told, InputStream.nullInputStream());
    }
    return new WebsiteResponse(status, told, found);
  }

  /// What the first routing rule that applies answers, or null if none does.
  ///
  /// @param error the status of the error, or 0 before there is one
  private @Nullable WebsiteResponse routed(GetBucketWebsiteResponse site, String key, int error) {
    for (var rule : site.routingRules()) {
      var condition = rule.condition();
      var prefix = condition == null ? null : condition.keyPrefixEquals();
      var code = condition == null ? null : condition.httpErrorCodeReturnedEquals();
      var now = code == null ? error == 0 : code.equals(Integer.toString(error));
      if (now && (prefix == null || key.startsWith(prefix))) {
        return redirect(rule, key, prefix == null ? "" : prefix);
      }
    }
    return null;
  }

  private WebsiteResponse redirect(RoutingRule rule, String key, String prefix) {
    var to = rule.redirect();
    var target = key;
    if (to.replaceKeyWith() != null) {
      target = to.replaceKeyWith();
    } else if (to.replaceKeyPrefixWith() != null) {
      target = to.replaceKeyPrefixWith() + key.substring(prefix.length());
    }
    var protocol = to.protocol() == null ? "http" : to.protocolAsString();
    var host = to.hostName() == null ? headers.getOrDefault("host", "") : to.hostName();
    var status = to.httpRedirectCode() == null ? 301 : Integer.parseInt(to.httpRedirectCode());
    var path = Listing.urlEncoded(target).replace("+", "%20");
    return redirect(status, protocol + "://" + host + "/" + path);
  }

  private static WebsiteResponse redirect(int status, String location) {
    var told = new LinkedHashMap<String, String>();
    told.put("Location", location);
    told.put("Content-Length", "0");
    return new WebsiteResponse(status, told, InputStream.nullInputStream());
  }

  /// S3's own error page.
  ///
  /// @param missing the error document that could not be read, if one was to be
  private WebsiteResponse page(
      AwsServiceException error, @Nullable String key, @Nullable String missing) {
    var call = Call.currentOrNull();
    var requestId = call == null ? "" : call.requestId();
    var title = error.statusCode() + " " + reason(error.statusCode());
    var html = new StringBuilder("<html>\n<head><title>").append(title).append("</title></head>\n");
    html.append("<body>\n<h1>").append(title).append("</h1>\n<ul>\n");
    item(html, "Code", Errors.code(error));
    item(html, "Message", Errors.message(error));
    if (key != null) {
      item(html, "Key", key);
    } else {
      item(html, "BucketName", bucket);
    }
    item(html, "RequestId", requestId);
    item(html, "HostId", S3Errors.hostId(requestId));
    html.append("</ul>\n");
    if (missing != null) {
      html.append(
          "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>");
      html.append("\n<ul>\n");
      item(html, "Code", "NoSuchKey");
      item(html, "Message", "The specified key does not exist.");
      item(html, "Key", missing);
      html.append("</ul>\n");
    }
    html.append("<hr/>\n</body>\n</html>\n");
    var bytes = html.toString().getBytes(StandardCharsets.UTF_8);
    var told = new LinkedHashMap<String, String>();
    told.put("x-amz-error-code", Errors.code(error));
    told.put("x-amz-error-message", Errors.message(error));
    told.put("Content-Type", "text/html; charset=utf-8");
    told.put("Content-Length", Integer.toString(bytes.length));
    var body =
        method.equals("HEAD") ? InputStream.nullInputStream() : new ByteArrayInputStream(bytes);
    return new WebsiteResponse(error.statusCode(), told, body);
  }

  private static void item(StringBuilder html, String name, String value) {
    html.append("<li>").append(name).append(": ").append(Xml.escape(value)).append("</li>\n");
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 412 -> "Precondition Failed";
      case 416 -> "Requested Range Not Satisfiable";
      default -> status < 500 ? "Error" : "Internal Server Error";
    };
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static @Nullable Instant date(@Nullable String text) {
    try {
      return text == null ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
