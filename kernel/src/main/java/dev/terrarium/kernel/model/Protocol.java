package dev.terrarium.kernel.model;

/// The protocol that the SDK itself speaks to a service. Older clients may speak another one.
public enum Protocol {
  /// One POST per call, the operation in `X-Amz-Target`, JSON both ways.
  AWS_JSON,
  /// One POST per call, a form with `Action`, XML back.
  QUERY,
  /// As query, with EC2's own lists.
  EC2,
  /// Method and path name the operation, JSON bodies.
  REST_JSON,
  /// Method and path name the operation, XML bodies.
  REST_XML,
  /// One POST per call under `/service/…/operation/…`, CBOR both ways.
  CBOR
}
