/**
 * What mail programs may show of header fields, also where encoded words are malformed, and the tests that a policy
 * puts to such a text.
 */
@NullMarked
package org.postseal.policy.header;

import org.jspecify.annotations.NullMarked;
