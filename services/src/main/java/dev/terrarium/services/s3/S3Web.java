package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;

/// What S3 does that is HTTP and not an operation: websites, CORS, and forms of browsers.
///
/// Works through S3's own client, in the account and region of the current call, or in the default
/// ones outside of one. Whoever calls has found the bucket and has checked signatures.
public final class S3Web {
  private final Cloud cloud;
  private final Principal visitor;

  /// @param cloud in which the buckets are
  public S3Web(Cloud cloud) {
    this(
        cloud,
        cloud.enforcing() ? Principal.anonymous() : Principal.root(cloud.defaultScope().account()));
  }

  /// @param visitor who asks for documents or puts objects
  S3Web(Cloud cloud, Principal visitor) {
    this.cloud = cloud;
    this.visitor = visitor;
  }

  /// What a bucket is configured to do is S3's own to know.
  private S3Client own() {
    var scope = scope();
    return cloud.client(
        S3Client.class, scope, Principal.service(scope.account(), "s3.amazonaws.com"));
  }

  /// Websites and forms are reached by the bucket's name, so whoever comes is in its region.
  private S3Client ofVisitor(String bucket) {
    var scope = scope();
    try {
      var location = own().getBucketLocation(b -> b.bucket(bucket)).locationConstraintAsString();
      var region =
          location == null || location.isEmpty()
              ? "us-east-1"
              : location.equals("EU") ? "eu-west-1" : location;
      scope = new Scope(scope.account(), region);
    } catch (AwsServiceException e) {
      // What is wrong with the bucket is told by what comes next.
    }
    return cloud.client(S3Client.class, scope, visitor);
  }

  private Scope scope() {
    var call = Call.currentOrNull();
    if (call != null) {
      return call.scope();
    }
    return visitor.isAnonymous()
        ? cloud.defaultScope()
        : new Scope(visitor.account(), cloud.defaultScope().region());
  }

  /// Answers a request to a bucket's website endpoint: with a document, a redirect or an error
  /// page.
  ///
  /// @param rawKey the path behind the first slash, still percent-encoded, without a query
  /// @param headers of the request, by lower-case name
  public WebsiteResponse respond(
      String bucket, String rawKey, String method, Map<String, String> headers) {
    return new Website(own(), ofVisitor(bucket), bucket, method, headers).respond(rawKey);
  }

  /// Evaluates the bucket's CORS rules; empty if none allows the request. For a preflight that
  /// means 403, see [#preflightRefusal]; for any other request, that no header is added.
  ///
  /// @param origin the header `Origin`
  /// @param method of the request, or of a preflight the header `Access-Control-Request-Method`
  /// @param requestHeaders of a preflight the names in `Access-Control-Request-Headers`, else none
  public Optional<CorsAnswer> cors(
      String bucket, String origin, String method, List<String> requestHeaders) {
    List<CORSRule> rules;
    try {
      rules = own().getBucketCors(b -> b.bucket(bucket)).corsRules();
    } catch (AwsServiceException e) {
      if (Errors.code(e).equals("NoSuchCORSConfiguration") || e.statusCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
    for (var rule : rules) {
      var allowed = match(rule.allowedOrigins(), origin);
      if (allowed != null && rule.allowedMethods().contains(method)) {
        var lower = requestHeaders.stream().map(h -> h.strip().toLowerCase(Locale.ROOT)).toList();
        var patterns = rule.allowedHeaders().stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
        if (lower.stream().allMatch(header -> match(patterns, header) != null)) {
          return Optional.of(answer(rule, allowed, origin, lower));
        }
      }
    }
    return Optional.empty();
  }

  /// The error with which S3 answers a preflight that no rule allows.
  public static AwsServiceException preflightRefusal(
      String method, String resourceType, boolean configured) {
    return S3Errors.draft(
            403,
            "AccessForbidden",
            configured
                ? "CORSResponse: This CORS request is not allowed. This is usually because the"
                    + " evalution of Origin, request method / Access-Control-Request-Method or"
                    + " Access-Control-Request-Headers are not whitelisted by the resource's CORS"
                    + " spec."
                : "CORSResponse: CORS is not enabled for this bucket.")
        .with("Method", method)
        .with("ResourceType", resourceType)
        .build();
  }

  /// Puts the object that a browser's form sends, if the form's policy allows it.
  ///
  /// @param fields of the form but the file, by lower-case name
  /// @param fileName the file's own name, or empty
  /// @param file its content, which ends where the file does
  /// @throws AwsServiceException if the policy does not allow it
  public WebsiteResponse postObject(
      String bucket, Map<String, String> fields, String fileName, InputStream file) {
    return new PostForm(cloud, ofVisitor(bucket), bucket, fields, fileName).accept(file);
  }

  private static CorsAnswer answer(
      CORSRule rule, String allowed, String origin, List<String> requestHeaders) {
    var headers = new LinkedHashMap<String, String>();
    var everybody = allowed.equals("*");
    headers.put("Access-Control-Allow-Origin", everybody ? "*" : origin);
    headers.put("Access-Control-Allow-Methods", String.join(", ", rule.allowedMethods()));
    if (!requestHeaders.isEmpty()) {
      headers.put("Access-Control-Allow-Headers", String.join(", ", requestHeaders));
    }
    if (!rule.exposeHeaders().isEmpty()) {
      headers.put("Access-Control-Expose-Headers", String.join(", ", rule.exposeHeaders()));
    }
    if (rule.maxAgeSeconds() != null) {
      headers.put("Access-Control-Max-Age", rule.maxAgeSeconds().toString());
    }
    if (!everybody) {
      headers.put("Access-Control-Allow-Credentials", "true");
    }
    headers.put("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    return new CorsAnswer(headers);
  }

  /// The first pattern that matches; a star stands for any text.
  private static @Nullable String match(List<String> patterns, String text) {
    for (var pattern : patterns) {
      var star = pattern.indexOf('*');
      if (star < 0
          ? pattern.equals(text)
          : text.length() >= pattern.length() - 1
              && text.startsWith(pattern.substring(0, star))
              && text.endsWith(pattern.substring(star + 1))) {
        return pattern;
      }
    }
    return null;
  }
}
