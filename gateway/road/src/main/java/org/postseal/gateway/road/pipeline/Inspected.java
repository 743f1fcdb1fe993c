package org.postseal.gateway.road.pipeline;

/** A message that has been looked at, and about which nothing has been asked or decided yet. */
record Inspected(Arrival arrival, Inspection inspection) {}
