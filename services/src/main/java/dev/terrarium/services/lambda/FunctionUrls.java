package dev.terrarium.services.lambda;

/// Function URLs.
public final class FunctionUrls {
  private FunctionUrls() {}

  /// The id in a function URL.
  static String id(String url) {
    return url.replaceFirst("^https?://", "").split("\\.")[0];
  }
}
