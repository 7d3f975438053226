package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.FunctionUrlConfig;
import software.amazon.awssdk.services.lambda.model.InvokeMode;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Serves requests to function URLs: makes the event (payload format 2.0), invokes the function and
/// makes the response of what it returns, with CORS.
///
/// Public for whoever has the HTTP port; it knows the URL's id from the host name
/// `<id>.lambda-url.<region>.…`.
public final class FunctionUrls {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /// A request to a function URL.
  ///
  /// @param id the URL's, 32 letters and digits
  /// @param host as the client named it
  /// @param rawPath as sent, beginning with a slash
  /// @param rawQuery as sent, without the question mark; empty if there is none
  /// @param headers by name, each with its values in their order
  /// @param caller who signed the request, an ARN, or null if nobody did
  public record Request(
      String id,
      String method,
      String host,
      String rawPath,
      String rawQuery,
      Map<String, List<String>> headers,
      byte[] body,
      String sourceIp,
      @Nullable String caller) {}

  /// The response to it.
  ///
  /// @param stream what follows the body as it comes, or null
  public record Response(
      int status, Map<String, List<String>> headers, byte[] body, @Nullable InputStream stream) {
    /// One that is at hand.
    public Response(int status, Map<String, List<String>> headers, byte[] body) {
      this(status, headers, body, null);
    }
  }

  /// Bound while a URL invokes its function: that is another permission, under the URL's kind of
  /// authorisation.
  static final ScopedValue<String> AUTH_TYPE = ScopedValue.newInstance();

  private final Cloud cloud;
  private final LambdaState state;

  /// The function URLs of a cloud.
  public FunctionUrls(Cloud cloud) {
    this.cloud = cloud;
    this.state = new LambdaState(cloud);
  }

  /// The id in a function URL.
  static String id(String url) {
    return url.replaceFirst("^https?://", "").split("\\.")[0];
  }

  /// Serves one request of the function's own account.
  public Response handle(Request request) {
    var key = state.urlIds.get(request.id);
    var account = key == null ? "" : key.function().scope().account();
    return handle(request, Principal.root(account));
  }

  /// Serves one request.
  ///
  /// @param visitor who must be allowed to invoke the function
  Response handle(Request request, Principal visitor) {
    var key = state.urlIds.get(request.id);
    var config = key == null ? null : state.urls.get(key);
    if (key == null || config == null) {
      return message(403, "Forbidden");
    }
    if (config.authType() == FunctionUrlAuthType.AWS_IAM && request.caller == null) {
      return message(403, "Forbidden");
    }
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(request.headers);
    var cors = Cors.of(config, headers);
    if (request.method.equals("OPTIONS") && cors.isPreflight()) {
      return new Response(200, cors.preflight(), new byte[0]);
    }
    var response = invoke(key, config, visitor, request, headers);
    var all = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(response.headers);
    all.putAll(cors.headers());
    return new Response(response.status, all, response.body, response.stream);
  }

  private Response invoke(
      QualifiedKey key,
      FunctionUrlConfig config,
      Principal visitor,
      Request request,
      Map<String, List<String>> headers) {
    try {
      var event = Json.write(event(request, headers));
      var scope = key.function().scope();
      var qualifier = key.qualifier().equals(FunctionKey.LATEST) ? null : key.qualifier();
      var authType = config.authTypeAsString();
      if (config.invokeMode() == InvokeMode.RESPONSE_STREAM) {
        return StreamedUrlAnswer.invoke(
            cloud,
            scope,
            visitor,
            InvokeWithResponseStreamRequest.builder()
                .functionName(key.function().arn())
                .qualifier(qualifier)
                .payload(SdkBytes.fromUtf8String(event))
                .overrideConfiguration(
                    o -> o.putExecutionAttribute(StreamedUrlAnswer.AUTH_TYPE, authType))
                .build());
      }
      var lambda = cloud.client(LambdaClient.class, scope, visitor);
      var result =
          ScopedValue.where(AUTH_TYPE, authType)
              .call(() ->
                  lambda.invoke(b ->
                      b.functionName(key.function().arn())
                          .qualifier(qualifier)
                          .payload(SdkBytes.fromUtf8String(event))));
      return result.functionError() == null
          ? response(result.payload().asUtf8String())
          : new Response(
              502,
              Map.of("Content-Type", List.of("application/json")),
              "Internal Server Error".getBytes(StandardCharsets.UTF_8));
    } catch (TooManyRequestsException _) {
      return message(429, "Rate Exceeded.");
    } catch (IOException e) {
      System.getLogger(FunctionUrls.class.getName())
          .log(System.Logger.Level.WARNING, "A function's answer ended before it began", e);
      return message(502, "Internal Server Error");
    } catch (AwsServiceException e) {
      if (e.statusCode() == 403) {
        return message(403, "Forbidden");
      }
      throw e;
    }
  }

  private ObjectNode event(Request request, Map<String, List<String>> headers) {
    var event = Json.object();
    event.put("version", "2.0");
    event.put("routeKey", "$default");
    event.put("rawPath", request.rawPath);
    event.put("rawQueryString", request.rawQuery);
    var cookies = headers.get("cookie");
    if (cookies != null) {
      var list = event.putArray("cookies");
      cookies.forEach(line -> List.of(line.split(";\\s*")).forEach(list::add));
    }
    var shown = event.putObject("headers");
    headers.forEach((name, values) -> {
      if (!name.equalsIgnoreCase("cookie")) {
        shown.put(name.toLowerCase(Locale.ROOT), String.join(",", values));
      }
    });
    if (!request.rawQuery.isEmpty()) {
      var parameters = event.putObject("queryStringParameters");
      query(request.rawQuery)
          .forEach((name, values) -> parameters.put(name, String.join(",", values)));
    }
    event.set("requestContext", context(request, headers));
    if (request.body.length > 0) {
      var text = isText(headers);
      event.put(
          "body",
          text
              ? new String(request.body, StandardCharsets.UTF_8)
              : Base64.getEncoder().encodeToString(request.body));
      event.put("isBase64Encoded", !text);
    } else {
      event.put("isBase64Encoded", false);
    }
    return event;
  }

  private ObjectNode context(Request request, Map<String, List<String>> headers) {
    var context = Json.object();
    var now = cloud.clock().now();
    context.put("accountId", "anonymous");
    context.put("apiId", request.id);
    if (request.caller != null) {
      context.putObject("authorizer").putObject("iam").put("userArn", request.caller);
    }
    context.put("domainName", request.host);
    context.put("domainPrefix", request.id);
    var http = context.putObject("http");
    http.put("method", request.method);
    http.put(
        "path", URLDecoder.decode(request.rawPath.replace("+", "%2B"), StandardCharsets.UTF_8));
    http.put("protocol", "HTTP/1.1");
    http.put("sourceIp", request.sourceIp);
    http.put("userAgent", String.join(",", headers.getOrDefault("user-agent", List.of())));
    context.put("requestId", cloud.ids().uuid());
    context.put("routeKey", "$default");
    context.put("stage", "$default");
    context.put("time", TIME.format(now));
    context.put("timeEpoch", now.toEpochMilli());
    return context;
  }

  private static Map<String, List<String>> query(String raw) {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (var pair : raw.split("&")) {
      var parts = pair.split("=", 2);
      var name = URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
      var value = parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
      parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return parameters;
  }

  private static boolean isText(Map<String, List<String>> headers) {
    var type = String.join(",", headers.getOrDefault("content-type", List.of()));
    return type.isEmpty()
        || type.matches(
            "(?i)(text/.*|application/(.*\\+)?(json|xml)(;.*)?|application/javascript(;.*)?)");
  }

  private static Response response(String payload) {
    JsonNode result;
    try {
      result = Json.parse(payload);
    } catch (IllegalArgumentException _) {
      return new Response(502, Map.of(), "Internal Server Error".getBytes(StandardCharsets.UTF_8));
    }
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", List.of("application/json"));
    if (!result.isObject() || !result.has("statusCode")) {
      var text = result.isTextual() ? result.asText() : payload;
      return new Response(200, headers, text.getBytes(StandardCharsets.UTF_8));
    }
    result
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), List.of(header.getValue().asText())));
    var cookies = new ArrayList<String>();
    result.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
    if (!cookies.isEmpty()) {
      headers.put("Set-Cookie", cookies);
    }
    var body = result.path("body");
    var text =
        body.isMissingNode() || body.isNull()
            ? ""
            : body.isTextual() ? body.asText() : Json.write(body);
    try {
      var bytes =
          result.path("isBase64Encoded").asBoolean()
              ? Base64.getDecoder().decode(text)
              : text.getBytes(StandardCharsets.UTF_8);
      return new Response(result.path("statusCode").asInt(200), headers, bytes);
    } catch (IllegalArgumentException _) {
      return new Response(502, Map.of(), "Internal Server Error".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Response message(int status, String text) {
    var body = Json.object().put("Message", text);
    return new Response(
        status,
        Map.of("Content-Type", List.of("application/json")),
        Json.write(body).getBytes(StandardCharsets.UTF_8));
  }

  /// What a URL's CORS configuration says to one request.
  private record Cors(
      @Nullable FunctionUrlConfig config, String origin, Map<String, List<String>> request) {
    static Cors of(FunctionUrlConfig config, Map<String, List<String>> headers) {
      var origin = String.join(",", headers.getOrDefault("origin", List.of()));
      return new Cors(config.cors() == null ? null : config, origin, headers);
    }

    boolean isPreflight() {
      return config != null
          && !origin.isEmpty()
          && request.containsKey("access-control-request-method");
    }

    Map<String, List<String>> headers() {
      var headers = new LinkedHashMap<String, List<String>>();
      if (config == null || origin.isEmpty()) {
        return headers;
      }
      var cors = config.cors();
      if (cors.allowOrigins().contains("*") || cors.allowOrigins().contains(origin)) {
        headers.put(
            "Access-Control-Allow-Origin",
            List.of(cors.allowOrigins().contains("*") ? "*" : origin));
        headers.put("Vary", List.of("Origin"));
        if (!cors.exposeHeaders().isEmpty()) {
          headers.put(
              "Access-Control-Expose-Headers", List.of(String.join(",", cors.exposeHeaders())));
        }
        if (Boolean.TRUE.equals(cors.allowCredentials())) {
          headers.put("Access-Control-Allow-Credentials", List.of("true"));
        }
      }
      return headers;
    }

    Map<String, List<String>> preflight() {
      var headers = headers();
      if (config == null || headers.isEmpty()) {
        return headers;
      }
      var cors = config.cors();
      if (!cors.allowMethods().isEmpty()) {
        headers.put("Access-Control-Allow-Methods", List.of(String.join(",", cors.allowMethods())));
      }
      if (!cors.allowHeaders().isEmpty()) {
        headers.put("Access-Control-Allow-Headers", List.of(String.join(",", cors.allowHeaders())));
      }
      if (cors.maxAge() != null) {
        headers.put("Access-Control-Max-Age", List.of(cors.maxAge().toString()));
      }
      return headers;
    }
  }
}
