package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;

/// Where packages of functions and layers can be fetched. AWS gives a presigned address; Terrarium
/// one of its own that nobody can guess, for it bears the package's random name.
final class CodeLocations implements WebEndpoint {
  private static final String PATH = "/_aws/lambda/code/";

  private final Cloud cloud;

  CodeLocations(Cloud cloud) {
    this.cloud = cloud;
  }

  static String of(String blob) {
    return Call.current().endpoint() + PATH + blob;
  }

  @Override
  public boolean accepts(Request request) {
    return request.method().equals("GET") && request.rawPath().startsWith(PATH);
  }

  @Override
  public Response respond(Request request) throws IOException {
    var blob = request.rawPath().substring(PATH.length());
    if (blob.matches("[0-9a-f]{16,64}")) {
      try {
        var file = cloud.blobs().file(blob);
        return new Response(
            200,
            List.of(Map.entry("Content-Type", "application/zip")),
            Files.size(file),
            Files.newInputStream(file));
      } catch (NoSuchFileException e) {
        System.getLogger(CodeLocations.class.getName())
            .log(System.Logger.Level.DEBUG, "Deleted since its address was given", e);
      }
    }
    return Response.of(404, List.of(), new byte[0]);
  }
}
