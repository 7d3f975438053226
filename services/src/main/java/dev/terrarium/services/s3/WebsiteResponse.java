package dev.terrarium.services.s3;

import java.io.InputStream;
import java.util.Map;

/// What a website endpoint, or a form, answers.
///
/// @param headers in the order in which they are sent
/// @param body to be closed by whoever sends it; empty for HEAD
public record WebsiteResponse(int status, Map<String, String> headers, InputStream body) {}
