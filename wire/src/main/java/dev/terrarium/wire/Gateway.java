package dev.terrarium.wire;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.WebEndpoint;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.Protocol;
import dev.terrarium.wire.codec.MalformedRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.utils.builder.Buildable;

/// The way of every HTTP request: which service and operation, decode, call, encode.
public final class Gateway {
  private static final System.Logger LOG = System.getLogger(Gateway.class.getName());

  private final Cloud cloud;
  private final Directory directory;
  private final Admin admin;
  private final Signatures signatures;
  private final List<Web> webEndpoints = new ArrayList<>();

  private record Web(Service service, WebEndpoint endpoint) {}

  /// @param enforce whether signatures are verified; otherwise they only say who calls and what for
  /// @param snapshots where snapshots go, or null if nothing is kept on disk
  public Gateway(Cloud cloud, boolean enforce, @Nullable Path snapshots) {
    this.cloud = cloud;
    this.directory = new Directory(cloud);
    this.admin = new Admin(cloud, snapshots);
    this.signatures = new Signatures(cloud, enforce);
    for (var service : cloud.services()) {
      service.webEndpoints().forEach(endpoint -> webEndpoints.add(new Web(service, endpoint)));
    }
  }

  /// Answers one request. Whatever goes wrong becomes an answer as well.
  void handle(WireRequest request, Sender sender) throws IOException {
    if (!request.rawPath().startsWith("/")) {
      sender.send(plainError(400, "InvalidURI", "Couldn't parse the specified URI."));
      return;
    }
    var own = request.rawPath().startsWith("/_") || request.rawPath().startsWith("/moto-api/");
    if (own && admin.answer(request, sender)) {
      return;
    }
    try {
      var identity = Identity.of(request);
      if (identity == null || request.host().contains(".lambda-url.")) {
        var web = webEndpoint(request);
        if (web != null) {
          if (identity != null) {
            signatures.verify(request, identity, Refusals.REST);
          }
          respond(web, request, sender);
          return;
        }
      }
      serve(request, identity, sender);
    } catch (AwsServiceException e) {
      sender.send(plainError(e.statusCode(), Errors.code(e), Errors.message(e)));
    } catch (MalformedRequestException e) {
      sender.send(plainError(400, "MalformedRequest", e.getMessage()));
    }
  }

  private void serve(WireRequest arrived, @Nullable Identity identity, Sender sender)
      throws IOException {
    var request = arrived;
    Map<String, List<String>> form = null;
    if (isForm(request)) {
      var body = request.bytes(WireRequest.FORM_BYTES_MAX);
      var plain = WireRequest.inflated(body, request.headerOr("content-encoding", ""));
      form = WireRequest.parameters(new String(plain, StandardCharsets.UTF_8));
      request = withBody(request, body);
    } else if (request.rawQuery().contains("Action=")) {
      form = request.query();
    }
    var service =
        identity == null
            ? directory.unsigned(request, form)
            : directory.signedFor(identity.service(), request.header("x-amz-target"));
    if (service == null) {
      var name = identity == null ? request.headerOr("x-amz-target", "?") : identity.service();
      sender.send(
          plainError(501, "NotImplemented", "Terrarium does not have the service " + name + "."));
      return;
    }
    var to = request.header("origin") == null ? sender : new Decorated(sender, extras(request));
    new Exchange(request, identity, service, protocol(request, service, form), to).run();
  }

  private Map<String, String> extras(WireRequest request) {
    var extras = new java.util.LinkedHashMap<String, String>();
    var asked = webRequest(request);
    webEndpoints.forEach(web -> extras.putAll(web.endpoint.headersFor(asked)));
    return extras;
  }

  /// Adds headers to whatever is sent.
  private record Decorated(Sender sender, Map<String, String> extras) implements Sender {
    @Override
    public void send(WireResponse response) {
      extras.forEach(response::with);
      sender.send(response);
    }

    @Override
    public void send(
        int status, List<Map.Entry<String, String>> headers, long length, java.io.InputStream body)
        throws IOException {
      var all = new ArrayList<>(headers);
      extras.forEach((name, value) -> all.add(Map.entry(name, value)));
      sender.send(status, all, length, body);
    }

    @Override
    public java.io.OutputStream open(int status, Map<String, String> headers) {
      var all = new java.util.LinkedHashMap<>(headers);
      all.putAll(extras);
      return sender.open(status, all);
    }
  }

  private static boolean isForm(WireRequest request) {
    return request.method().equals("POST")
        && request.headerOr("content-type", "").startsWith("application/x-www-form-urlencoded")
        && request.header("x-amz-target") == null;
  }

  private static WireRequest withBody(WireRequest request, byte[] body) {
    return new WireRequest(
        request.method(),
        request.rawPath(),
        request.rawQuery(),
        request.headers(),
        new ByteArrayInputStream(body),
        request.sourceIp());
  }

  private static ClientProtocol protocol(
      WireRequest request, Service service, @Nullable Map<String, List<String>> form) {
    var target = request.header("x-amz-target");
    if (target != null) {
      return JsonProtocol.ofTarget(request, target, service);
    }
    if (request.rawPath().startsWith("/service/") && request.rawPath().contains("/operation/")) {
      return JsonProtocol.ofRpc(request);
    }
    var spoken = service.model().protocol();
    if (spoken == Protocol.REST_JSON || spoken == Protocol.REST_XML) {
      return new RestProtocol(request, service);
    }
    return new QueryProtocol(form == null ? Map.of() : form, service);
  }

  private @Nullable Web webEndpoint(WireRequest request) {
    if (webEndpoints.isEmpty()) {
      return null;
    }
    var asked = webRequest(request);
    for (var web : webEndpoints) {
      if (web.endpoint.accepts(asked)) {
        return web;
      }
    }
    return null;
  }

  private static WebEndpoint.Request webRequest(WireRequest request) {
    return new WebEndpoint.Request(
        request.method(),
        request.host(),
        request.rawPath(),
        request.rawQuery(),
        request.headers(),
        request.body(),
        request.sourceIp());
  }

  private void respond(Web web, WireRequest request, Sender sender) throws IOException {
    WebEndpoint.Response response;
    try {
      response = web.endpoint.respond(webRequest(request));
    } catch (AwsServiceException e) {
      sender.send(
          web.service.model().protocol() == Protocol.REST_XML
              ? new RestProtocol(request, web.service).error(null, e, cloud.ids().uuid())
              : plainError(e.statusCode(), Errors.code(e), Errors.message(e)));
      return;
    }
    cloud.store().awaitDurable(cloud.store().position());
    try (var body = response.body()) {
      sender.send(response.status(), response.headers(), response.length(), body);
    }
  }

  static WireResponse plainError(int status, String code, @Nullable String message) {
    var body = dev.terrarium.kernel.Json.object().put("__type", code).put("message", message);
    return WireResponse.of(
            status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8))
        .with("x-amzn-ErrorType", code);
  }

  /// One call of one operation.
  private final class Exchange {
    private final WireRequest request;
    private final @Nullable Identity identity;
    private final Service service;
    private final ClientProtocol protocol;
    private final Sender sender;
    private final String requestId = cloud.ids().uuid();
    private @Nullable Operation operation;
    private final Scope scope;
    private @Nullable EventAnswer events;
    private boolean streaming;

    Exchange(
        WireRequest request,
        @Nullable Identity identity,
        Service service,
        ClientProtocol protocol,
        Sender sender) {
      this.request = request;
      this.identity = identity;
      this.service = service;
      this.protocol = protocol;
      this.sender = sender;
      this.scope = scope();
    }

    void run() throws IOException {
      try {
        var verified = signatures.verify(request, identity, protocol.refusals());
        var decoded = protocol.decode(verified.request(), service);
        operation = decoded.operation();
        call(decoded, verified);
      } catch (AwsServiceException e) {
        fail(e);
      } catch (MalformedRequestException e) {
        fail(protocol.malformed(String.valueOf(e.getMessage())));
      } catch (UncheckedIOException e) {
        if (streaming) {
          throw e;
        }
        fail(Errors.of(400, "IncompleteBody", "The request body could not be read"));
      } catch (RuntimeException e) {
        if (streaming) {
          throw e;
        }
        LOG.log(System.Logger.Level.ERROR, "Answering " + request.method() + " failed", e);
        fail(Errors.of(500, "InternalFailure", "An internal error occurred: " + requestId));
      }
    }

    private void fail(AwsServiceException error) throws IOException {
      if (events != null && events.hasBegun()) {
        events.fail(error);
        return;
      }
      if (streaming) {
        throw new IllegalStateException("The answer broke off", error);
      }
      sender.send(protocol.error(operation, error, requestId));
    }

    private void call(ClientProtocol.Decoded decoded, Signatures.Verified verified) {
      var op = decoded.operation();
      var known = verified.principal();
      var call =
          new Call(
              scope,
              known == null ? Principal.root(scope.account()) : known,
              requestId,
              service.name(),
              op.name(),
              cloud.trace().after(request.header("x-amzn-trace-id")),
              "http://" + request.host(),
              request.sourceIp());
      var body = op.streamsIn() ? verified.body(decoded.builder()) : null;
      var input = (SdkPojo) ((Buildable) decoded.builder()).build();
      if (op.streamsEvents()) {
        events =
            new EventAnswer(
                protocol, sender, requestId, service.model().protocol() == Protocol.REST_XML);
        cloud.call(call, service, op, input, events);
        return;
      }
      if (op.streamsOut()) {
        cloud.call(call, service, op, arguments(input, body, transformer()));
        return;
      }
      var output = cloud.call(call, service, op, arguments(input, body, null));
      sender.send(
          protocol.encode(op, (SdkPojo) java.util.Objects.requireNonNull(output), requestId));
    }

    private Object[] arguments(
        SdkPojo input, @Nullable RequestBody body, @Nullable ResponseTransformer<?, ?> out) {
      var arguments = new ArrayList<Object>(3);
      arguments.add(input);
      if (body != null) {
        arguments.add(body);
      }
      if (out != null) {
        arguments.add(out);
      }
      return arguments.toArray();
    }

    private ResponseTransformer<SdkPojo, Boolean> transformer() {
      return (response, in) -> {
        var headers = new ArrayList<Map.Entry<String, String>>();
        protocol.streamHeaders(response, requestId).forEach((n, v) -> headers.add(Map.entry(n, v)));
        var length = contentLength(headers);
        var partial = headers.stream().anyMatch(h -> h.getKey().equalsIgnoreCase("content-range"));
        streaming = true;
        sender.send(partial ? 206 : 200, headers, length, in);
        return true;
      };
    }

    private long contentLength(List<Map.Entry<String, String>> headers) {
      for (var header : headers) {
        if (header.getKey().equalsIgnoreCase("content-length")) {
          return Long.parseLong(header.getValue());
        }
      }
      return -1;
    }

    private Scope scope() {
      var otherwise = cloud.defaultScope();
      if (identity == null) {
        return otherwise;
      }
      return new Scope(signatures.account(identity), identity.region());
    }
  }
}
