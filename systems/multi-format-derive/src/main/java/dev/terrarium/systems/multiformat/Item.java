package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A source to put in, with the truth about what is to come out.
///
/// @param truth has `kind` and `derivatives` (keys by bucket), and what the kind's check needs
record Item(String key, byte[] content, ObjectNode truth) {}
