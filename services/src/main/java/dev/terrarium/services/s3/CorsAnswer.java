package dev.terrarium.services.s3;

import java.util.Map;

/// The headers that let a browser use the answer to a request from another origin.
public record CorsAnswer(Map<String, String> headers) {}
