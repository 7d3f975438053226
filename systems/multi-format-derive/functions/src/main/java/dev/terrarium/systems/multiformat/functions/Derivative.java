package dev.terrarium.systems.multiformat.functions;

/// One thing made of a source.
///
/// @param key where it goes in the target bucket
public record Derivative(String key, String contentType, byte[] content) {}
