package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Request;

/// Putting objects.
final class S3Objects implements S3Part {
  static final long PUT_BYTES_MAX = 5L * 1024 * 1024 * 1024;

  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;
  private final Writes writes;
  private final Hooks hooks;

  S3Objects(Buckets buckets, ObjectTable objects, Bodies bodies, Writes writes, Hooks hooks) {
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
    this.writes = writes;
    this.hooks = hooks;
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    return buckets.serve(request, state -> put(request, body, state));
  }

  private PutObjectResponse put(PutObjectRequest request, RequestBody body, BucketState state) {
    var key = ObjectKey.checked(request.key());
    if (request.writeOffsetBytes() != null) {
      throw S3Errors.draft(
              501,
              "NotImplemented",
              "A header you provided implies functionality that is not implemented")
          .with("Header", "x-amz-write-offset-bytes")
          .build();
    }
    var event = PostForm.POSTED.isBound() ? "ObjectCreated:Post" : "ObjectCreated:Put";
    var conditions = Writes.conditions(request, key);
    var owner = Writes.owner(state, Call.current().account());
    var details = writes.details(request, state, contentType(body), owner);
    var received = receive(bodies, request, body, ExpectedDigests.of(request), null);
    StoredObject object;
    try {
      object =
          objects.put(
              state.bucket(),
              new ObjectTable.Put(
                  key,
                  received.content(),
                  details,
                  owner,
                  conditions,
                  (batch, stored) -> {
                    bodies.keep(batch, received.incoming());
                    hooks.created(batch, state, key, event, stored);
                  }));
    } catch (RuntimeException e) {
      bodies.discard(received.incoming());
      throw e;
    }
    return response(state, key, object);
  }

  private static PutObjectResponse response(BucketState state, String key, StoredObject object) {
    var response =
        PutObjectResponse.builder()
            .eTag(object.content().quotedEtag())
            .versionId(state.bucket().versioned() ? object.versionId() : null)
            .expiration(Expirations.header(state, key, object));
    if (object.content().checksum() != null) {
      object.content().checksum().addTo(response);
    }
    object.details().encryption().addTo(response);
    response.ssekmsEncryptionContext(object.details().encryption().context());
    return response.build();
  }

  /// A body that has come in, with what follows from it.
  record Received(Bodies.Incoming incoming, Content content, Hashes hashes) {}

  /// Takes in the body of a request and checks it against what the sender said about it.
  ///
  /// @param also a checksum that is computed in any case
  static Received receive(
      Bodies bodies,
      S3Request request,
      RequestBody body,
      ExpectedDigests expected,
      @Nullable ChecksumKind also) {
    var length = (Long) Members.value(request, "ContentLength");
    if (length != null && length > PUT_BYTES_MAX) {
      throw Bodies.tooLarge(length, PUT_BYTES_MAX);
    }
    try (var in = body.contentStreamProvider().newStream()) {
      var wanted = expected.wanted(in);
      if (also != null) {
        wanted.add(also);
      }
      var hashes = new Hashes(wanted);
      var incoming = bodies.receive(in, hashes, PUT_BYTES_MAX, length);
      try {
        return new Received(incoming, content(in, expected, hashes, incoming, length), hashes);
      } catch (RuntimeException e) {
        bodies.discard(incoming);
        throw e;
      }
    } catch (IOException e) {
      throw incomplete();
    }
  }

  private static Content content(
      InputStream in,
      ExpectedDigests expected,
      Hashes hashes,
      Bodies.Incoming incoming,
      @Nullable Long length) {
    if (length != null && length != incoming.size()) {
      throw incomplete();
    }
    var checksum = expected.verify(in, hashes);
    return new Content(incoming.size(), hashes.etag(), incoming.body(), checksum, 0);
  }

  private static RuntimeException incomplete() {
    return S3Errors.of(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header");
  }

  /// The type that the SDK's body has, unless that says nothing.
  private static @Nullable String contentType(RequestBody body) {
    var type = body.contentType();
    return type == null || type.isEmpty() || type.equals("application/octet-stream") ? null : type;
  }
}
