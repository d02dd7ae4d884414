"""What a running Relata promises while its processes are killed at random: callers that write down what they were
told, and a checker that compares it with what is there.
"""
