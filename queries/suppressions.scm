; Comments that may ask for silence on their line. What exactly they ask for is read by src/rules/suppress.rs; that they
; are comments, and no text within a string, is known here alone.

((comment) @suppression
  (#match? @suppression "#\\s*(heaplight:|[nN][oO][qQ][aA])"))
