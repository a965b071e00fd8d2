"""What `scripts/live_smoke.py` is made of: a module for each outside system, and what they share.

smoke       what is wanted (`Options`), what a system's module offers (`Vendor`), what it works with (`Smoke`)
story       the made-up incident whose commands are carried out
trial       carries them out by a real desk, withholds the answer, and sees what becomes of it
points      what was assumed, and what was seen
tidying     takes everything away again, whatever happened
terminal    says, asks, and shows no secret
"""
