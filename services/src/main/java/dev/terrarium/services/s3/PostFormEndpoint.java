package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.util.Objects;

/// Uploads by a browser's form: `POST` of `multipart/form-data` to a bucket.
final class PostFormEndpoint implements WebEndpoint {
  private final Cloud cloud;

  PostFormEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    var type = request.header("content-type");
    return request.method().equals("POST")
        && type != null
        && type.startsWith("multipart/form-data")
        && CorsEndpoint.bucket(request) != null;
  }

  @Override
  public Response respond(Request request) throws IOException {
    var bucket = Objects.requireNonNull(CorsEndpoint.bucket(request));
    var type = Objects.requireNonNull(request.header("content-type"));
    var form = MultipartForm.read(type, request.body());
    var principal =
        cloud.enforcing()
            ? FormSignature.verify(cloud, form.fields())
            : Principal.root(cloud.defaultScope().account());
    if (form.file() == null) {
      throw Errors.of(
          400,
          "IncorrectNumberOfFilesInPostRequest",
          "POST requires exactly one file upload per request.");
    }
    return WebsiteEndpoint.toResponse(
        new S3Web(cloud, principal)
            .postObject(bucket, form.fields(), form.fileName(), form.file()));
  }
}
